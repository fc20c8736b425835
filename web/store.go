package web

import (
	"context"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
)

// Store is what the pages read. Lists are the newest first, from before the id
// given; *postgres.DB is one.
type Store interface {
	ListChannels(ctx context.Context) ([]channel.Channel, error)
	// ListCampaigns lists all but archived ones when status is "".
	ListCampaigns(ctx context.Context, status campaign.Status, before ref.Campaign, limit int) ([]campaign.Campaign, error)
	Campaign(ctx context.Context, id ref.Campaign) (campaign.Campaign, error)
	TemplateSummaries(ctx context.Context, before ref.Template, limit int) ([]library.Summary, error)
	Template(ctx context.Context, id ref.Template) (library.Template, error)
	TemplateVersion(ctx context.Context, id ref.Template, version int) (library.Version, error)
	TemplateVersions(ctx context.Context, id ref.Template, before, limit int) ([]library.Version, error)
	// TemplateUses lists the campaigns that name a template.
	TemplateUses(ctx context.Context, id ref.Template, before ref.Campaign, limit int) ([]library.Use, error)
	// ListRuns lists the runs of all campaigns when id is 0.
	ListRuns(ctx context.Context, id ref.Campaign, before ref.Run, limit int) ([]delivery.Run, error)
	RunProgress(ctx context.Context, id ref.Run) (delivery.Progress, error)
	// Deliveries lists rows by user, from behind after.
	Deliveries(ctx context.Context, run delivery.Run, f delivery.LedgerFilter, after ref.User, limit int) ([]delivery.Delivery, error)
	// EachDelivery streams all rows; an error of visit ends it and is returned.
	EachDelivery(ctx context.Context, run delivery.Run, f delivery.LedgerFilter, visit func(delivery.Delivery) error) error
}

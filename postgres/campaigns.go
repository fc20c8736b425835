package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

const campaignColumns = `id, name, channel_id, kind, status, coalesce(paused_from, '') as paused_from, definition, version,
	tested_at, next_due_at, missed, created_by, updated_by, created_at, updated_at`

// scanCampaign reads campaignColumns. The definition is text: it is shown as
// its author wrote it.
func scanCampaign(row pgx.CollectableRow) (c campaign.Campaign, err error) {
	var definition string
	err = row.Scan(&c.ID, &c.Name, &c.Channel, &c.Kind, &c.Status, &c.PausedFrom, &definition, &c.Version,
		&c.TestedAt, &c.NextDueAt, &c.Missed, &c.CreatedBy, &c.UpdatedBy, &c.CreatedAt, &c.UpdatedAt)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(definition), &c.Definition)
}

func oneCampaign(rows pgx.Rows, err error) (campaign.Campaign, error) {
	if err != nil {
		return campaign.Campaign{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanCampaign)
}

// CreateCampaign stores a draft whose channel and segments exist.
func (db *DB) CreateCampaign(ctx context.Context, d campaign.Draft, by string) (_ campaign.Campaign, err error) {
	defer wrap(&err, "CreateCampaign(%q)", d.Name)
	if err := db.checkReferences(ctx, d); err != nil {
		return campaign.Campaign{}, err
	}
	definition, err := encode(d.Definition)
	if err != nil {
		return campaign.Campaign{}, err
	}
	const sql = `
		insert into campaigns (name, channel_id, kind, definition, created_by, updated_by)
		values ($1, $2, $3, $4, $5, $5) returning ` + campaignColumns
	return oneCampaign(db.conn.Query(ctx, sql, d.Name, d.Channel, d.Kind, definition, by))
}

// UpdateCampaign replaces a draft. version 0 skips the check of If-Match;
// another is version.mismatch when somebody changed it meanwhile.
func (db *DB) UpdateCampaign(ctx context.Context, id ref.Campaign, version int, d campaign.Draft, by string) (_ campaign.Campaign, err error) {
	defer wrap(&err, "UpdateCampaign(%d)", id)
	if err := db.checkReferences(ctx, d); err != nil {
		return campaign.Campaign{}, err
	}
	definition, err := encode(d.Definition)
	if err != nil {
		return campaign.Campaign{}, err
	}
	const sql = `
		update campaigns set name = $3, channel_id = $4, kind = $5, definition = $6, updated_by = $7,
			version = version + 1, tested_at = null, updated_at = now()
		where id = $1 and ($2 = 0 or version = $2) and status = any($8)
		returning ` + campaignColumns
	c, err := oneCampaign(db.conn.Query(ctx, sql, id, version, d.Name, d.Channel, d.Kind, definition, by, campaign.From(campaign.Edit)))
	if errors.Is(err, pgx.ErrNoRows) {
		return c, db.whyNot(ctx, id, version, campaign.Edit)
	}
	return c, err
}

// whyNot explains an UPDATE that found no row.
func (db *DB) whyNot(ctx context.Context, id ref.Campaign, version int, action campaign.Action) error {
	c, err := db.Campaign(ctx, id)
	if err != nil {
		return err
	}
	if version != 0 && c.Version != version {
		return errs.New("version.mismatch", strconv.Itoa(version), strconv.Itoa(c.Version))
	}
	_, err = c.Next(action)
	return err
}

// checkReferences reports a channel, segment or template that does not exist.
func (db *DB) checkReferences(ctx context.Context, d campaign.Draft) error {
	var bad []*errs.Error
	if _, err := db.Channel(ctx, d.Channel); errs.Is(err, "channel.not_found") {
		bad = append(bad, errs.From(err).At("/channel"))
	} else if err != nil {
		return err
	}
	named := append([]ref.Segment{d.Audience.Segment}, d.Audience.Exclude...)
	var have []ref.Segment
	const sql = `select coalesce(array_agg(id), '{}') from segments where id = any($1)`
	if err := db.conn.QueryRow(ctx, sql, named).Scan(&have); err != nil {
		return err
	}
	for i, id := range named {
		pointer := "/audience/segment"
		if i > 0 {
			pointer = fmt.Sprintf("/audience/exclude/%d", i-1)
		}
		if id != 0 && !slices.Contains(have, id) {
			bad = append(bad, errs.New("segment.not_found", id).At(pointer))
		}
	}
	unfit, err := db.checkContent(ctx, d.Definition)
	if err != nil {
		return err
	}
	return errs.Several("request.invalid", append(bad, unfit...))
}

// checkContent reports a template that does not exist, or that needs an
// attribute which the campaign does not have. Of a body of its own the
// definition knows that without the store.
func (db *DB) checkContent(ctx context.Context, d campaign.Definition) ([]*errs.Error, error) {
	if !d.Content.Follows() {
		return nil, nil
	}
	content, err := db.ResolveContent(ctx, d.Content)
	if e := errs.From(err); e != nil && e.Pointer != "" {
		return []*errs.Error{e.At("/content")}, nil
	} else if err != nil {
		return nil, err
	}
	d.Content = content
	t, err := d.Template()
	if err != nil { // kept before it was refused: the preflight says so
		return nil, nil
	}
	needed, _ := content.Lacks(t)
	for i, e := range needed {
		needed[i] = e.At("/content/attributes")
	}
	return needed, nil
}

// Campaign is one campaign, archived ones too.
func (db *DB) Campaign(ctx context.Context, id ref.Campaign) (_ campaign.Campaign, err error) {
	defer wrap(&err, "Campaign(%d)", id)
	c, err := oneCampaign(db.conn.Query(ctx, `select `+campaignColumns+` from campaigns where id = $1`, id))
	return c, missing(err, "campaign.not_found", id)
}

// ListCampaigns lists campaigns, the newest first, from before the id before
// (0: from the newest). status "" lists all but archived ones.
func (db *DB) ListCampaigns(ctx context.Context, status campaign.Status, before ref.Campaign, limit int) (_ []campaign.Campaign, err error) {
	defer wrap(&err, "ListCampaigns(%q, %d)", status, before)
	const sql = `select ` + campaignColumns + ` from campaigns
		where ($1 = '' and status <> 'archived' or status = $1) and ($2 = 0 or id < $2)
		order by id desc limit $3`
	rows, err := db.conn.Query(ctx, sql, status, before, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanCampaign)
}

// DeleteCampaign removes a draft.
func (db *DB) DeleteCampaign(ctx context.Context, id ref.Campaign) (err error) {
	defer wrap(&err, "DeleteCampaign(%d)", id)
	tag, err := db.conn.Exec(ctx, `delete from campaigns where id = $1 and status = any($2)`, id, campaign.From(campaign.Delete))
	if err == nil && tag.RowsAffected() == 0 {
		return db.whyNot(ctx, id, 0, campaign.Delete)
	}
	return err
}

// LockCampaign is Campaign, locked until the transaction ends, so that what is
// decided from its status still holds when it is written.
func (db *DB) LockCampaign(ctx context.Context, id ref.Campaign) (_ campaign.Campaign, err error) {
	defer wrap(&err, "LockCampaign(%d)", id)
	c, err := oneCampaign(db.conn.Query(ctx, `select `+campaignColumns+` from campaigns where id = $1 for update`, id))
	return c, missing(err, "campaign.not_found", id)
}

// SetCampaignStatus moves a locked campaign to status to; due is its next due
// time, nil for none.
func (db *DB) SetCampaignStatus(ctx context.Context, id ref.Campaign, from, to campaign.Status, due *time.Time) (err error) {
	defer wrap(&err, "SetCampaignStatus(%d, %s)", id, to)
	const sql = `
		update campaigns set status = $3, next_due_at = $4, updated_at = now(),
			paused_from = case when $3 = 'paused' then $2 end
		where id = $1 and status = $2`
	tag, err := db.conn.Exec(ctx, sql, id, from, to, due)
	if err == nil && tag.RowsAffected() == 0 {
		err = errs.New("campaign.wrong_status", id, "changing", to, from)
	}
	return err
}

// PinContent gives a draft that names a template the body of its version, for
// good: what becomes of the template later changes nothing for the campaign.
func (db *DB) PinContent(ctx context.Context, c campaign.Campaign) (err error) {
	defer wrap(&err, "PinContent(%d)", c.ID)
	if !c.Content.Follows() {
		return nil
	}
	if c.Content, err = db.ResolveContent(ctx, c.Content); err != nil {
		return err
	}
	return db.SetSchedule(ctx, c)
}

// SetSchedule replaces a draft's schedule.
func (db *DB) SetSchedule(ctx context.Context, c campaign.Campaign) (err error) {
	defer wrap(&err, "SetSchedule(%d)", c.ID)
	definition, err := encode(c.Definition)
	if err != nil {
		return err
	}
	_, err = db.conn.Exec(ctx, `update campaigns set definition = $2, kind = $3 where id = $1 and status = any($4)`,
		c.ID, definition, c.Kind, campaign.From(campaign.Edit))
	return err
}

// MarkTested notes a test send of the campaign's present version.
func (db *DB) MarkTested(ctx context.Context, id ref.Campaign, version int) (err error) {
	defer wrap(&err, "MarkTested(%d)", id)
	_, err = db.conn.Exec(ctx, `update campaigns set tested_at = now() where id = $1 and version = $2`, id, version)
	return err
}

// DueCampaigns locks up to limit campaigns whose due time has come.
func (db *DB) DueCampaigns(ctx context.Context, now time.Time, limit int) (_ []campaign.Campaign, err error) {
	defer wrap(&err, "DueCampaigns()")
	const sql = `select ` + campaignColumns + ` from campaigns
		where status in ('scheduled', 'running') and next_due_at <= $1
		order by next_due_at limit $2 for update skip locked`
	rows, err := db.conn.Query(ctx, sql, now, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanCampaign)
}

// StartCampaign notes that a due campaign's run was made, or missed.
func (db *DB) StartCampaign(ctx context.Context, c campaign.Campaign, to campaign.Status, next *time.Time, missed bool) (err error) {
	defer wrap(&err, "StartCampaign(%d)", c.ID)
	const sql = `
		update campaigns set status = $3, next_due_at = $4, missed = missed + $5::bool::int, updated_at = now()
		where id = $1 and status = $2`
	_, err = db.conn.Exec(ctx, sql, c.ID, c.Status, to, next, missed)
	return err
}

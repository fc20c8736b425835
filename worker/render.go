package worker

import (
	"context"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// Render shows a message as one person would get it now. Nothing is sent,
// nothing is stored and LINE is not asked.
func (c Control) Render(ctx context.Context, s delivery.Source, p delivery.Person) (delivery.Preview, error) {
	cmp, err := c.source(ctx, s)
	if err != nil {
		return delivery.Preview{}, err
	}
	composer, err := c.compile(ctx, cmp)
	if err != nil {
		return delivery.Preview{}, err
	}
	r, err := c.person(ctx, cmp.Channel, p)
	if err != nil {
		return delivery.Preview{}, err
	}
	return composer.Preview(&r, c.Now()), nil
}

// source is the campaign that s stands for: a stored one with what s replaces,
// or one that was never stored, with ID 0.
func (c Control) source(ctx context.Context, s delivery.Source) (cmp campaign.Campaign, err error) {
	if s.Campaign != 0 {
		if cmp, err = c.DB.Campaign(ctx, s.Campaign); err != nil {
			return cmp, placed("/campaign", err)
		}
	}
	if s.Channel != 0 {
		if _, err := c.DB.Channel(ctx, s.Channel); err != nil {
			return cmp, placed("/channel", err)
		}
		cmp.Channel = s.Channel
	}
	cmp.Definition, err = s.Over(cmp.Definition)
	return cmp, err
}

// compile is composer with the mistakes of a body that came with the request
// placed there.
func (c Control) compile(ctx context.Context, cmp campaign.Campaign) (*delivery.Composer, error) {
	composer, err := c.composer(ctx, cmp)
	if e := errs.From(err); e != nil && cmp.Content.Template == 0 {
		return nil, placed("/body", err)
	}
	return composer, err
}

// placed points what is wrong at the part of the request that named it.
func placed(pointer string, err error) error {
	e := errs.From(err)
	if e == nil || e.Kind() == errs.Internal || e.Kind() == errs.Unavailable {
		return err
	}
	moved := *e.At(pointer)
	moved.Fields = nil
	for _, f := range e.Fields {
		moved.Fields = append(moved.Fields, f.At(pointer))
	}
	return &moved
}

// person is the recipient that p stands for.
func (c Control) person(ctx context.Context, ch ref.Channel, p delivery.Person) (delivery.Recipient, error) {
	if p.User == "" {
		return p.MadeUp()
	}
	if p.LineID != "" || p.UserID != "" || len(p.Attributes) > 0 {
		return delivery.Recipient{}, errs.New("render.two_people").At("/user")
	}
	found, err := c.DB.Recipients(ctx, ch, []string{p.User})
	if err != nil {
		e := errs.From(err)
		if e.Pointer == "" {
			return delivery.Recipient{}, err
		}
		moved := *e
		moved.Pointer = "/user"
		return delivery.Recipient{}, &moved
	}
	return found[0], nil
}

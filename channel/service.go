package channel

import (
	"context"
	"math"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/ref"
)

// Service connects channels and gives out clients for them.
type Service struct {
	Store   Store
	Sealer  Sealer
	Clients *Clients
}

// Request is what a person gives to connect a channel.
type Request struct {
	Name               string `json:"name"`
	LineChannelID      string `json:"line_channel_id"`
	ChannelSecret      string `json:"channel_secret"`
	ChannelAccessToken string `json:"channel_access_token"`
	PushPerSecond      *int   `json:"push_per_second"`
	MulticastPerSecond *int   `json:"multicast_per_second"`
	QuotaReserve       int    `json:"quota_reserve"`
	TimeZone           string `json:"time_zone"`
	Language           string `json:"language"`
}

// Limits of a channel. LINE's own caps are 2,000 push and 200 multicast
// requests a second (LINE reference, Rate limits); the defaults stay well
// below them, and nothing raises a rate by itself.
const (
	MaxName             = 40
	maxPush             = 2000
	maxMulticast        = 200
	defaultPush         = 1000
	defaultMulticast    = 100
	lastDigits          = 4
	verificationTimeout = 10 * time.Second
)

// Connect verifies the token with LINE and stores the channel. Nothing is
// stored when LINE does not know the token, or the account is connected
// already.
func (s Service) Connect(ctx context.Context, r Request) (Channel, error) {
	c, err := r.channel()
	if err != nil {
		return Channel{}, err
	}
	bot, err := s.bot(ctx, r.ChannelAccessToken)
	if err != nil {
		return Channel{}, err
	}
	c.BotUserID, c.BasicID, c.DisplayName = bot.UserID, bot.BasicID, bot.DisplayName
	c.TokenLast4 = last(r.ChannelAccessToken)
	sealed := s.seal(c.BotUserID, Credentials{Secret: r.ChannelSecret, Token: r.ChannelAccessToken})
	return s.Store.CreateChannel(ctx, c, sealed)
}

// Change is what a person may change; nil leaves a field as it is. A new token
// or secret is verified first.
type Change struct {
	Name               *string `json:"name"`
	PushPerSecond      *int    `json:"push_per_second"`
	MulticastPerSecond *int    `json:"multicast_per_second"`
	QuotaReserve       *int    `json:"quota_reserve"`
	TimeZone           *string `json:"time_zone"`
	Language           *string `json:"language"`
	ChannelSecret      string  `json:"channel_secret"`
	ChannelAccessToken string  `json:"channel_access_token"`
}

// Update applies a change. A token of another account is channel.other_bot.
func (s Service) Update(ctx context.Context, id ref.Channel, ch Change) (Channel, error) {
	c, sealed, err := s.Store.ChannelCredentials(ctx, id)
	if err != nil {
		return Channel{}, err
	}
	if err := ch.check(c); err != nil {
		return Channel{}, err
	}
	if ch.ChannelAccessToken != "" || ch.ChannelSecret != "" {
		if err := s.replace(ctx, c, sealed, ch); err != nil {
			return Channel{}, err
		}
	}
	return s.Store.UpdateChannel(ctx, id, ch)
}

// check says what would be wrong with c after the change.
func (ch Change) check(c Channel) error {
	set(&c.Name, ch.Name)
	set(&c.PushPerSecond, ch.PushPerSecond)
	set(&c.MulticastPerSecond, ch.MulticastPerSecond)
	set(&c.QuotaReserve, ch.QuotaReserve)
	set(&c.TimeZone, ch.TimeZone)
	return errs.Several("request.invalid", c.problems())
}

func (s Service) replace(ctx context.Context, c Channel, sealed Sealed, ch Change) error {
	creds, err := s.open(c.BotUserID, sealed)
	if err != nil && (ch.ChannelAccessToken == "" || ch.ChannelSecret == "") {
		return err
	}
	if ch.ChannelAccessToken != "" {
		bot, err := s.bot(ctx, ch.ChannelAccessToken)
		if err != nil {
			return err
		}
		if bot.UserID != c.BotUserID {
			return errs.New("channel.other_bot", bot.BasicID, c.BasicID).At("/channel_access_token")
		}
		creds.Token = ch.ChannelAccessToken
	}
	if ch.ChannelSecret != "" {
		creds.Secret = ch.ChannelSecret
	}
	_, err = s.Store.ReplaceCredentials(ctx, c.ID, s.seal(c.BotUserID, creds), last(creds.Token))
	return err
}

// Suspend makes the channel's campaigns wait. Suspending twice is fine.
func (s Service) Suspend(ctx context.Context, id ref.Channel) (Channel, error) {
	return s.Store.SetChannelState(ctx, id, Suspended)
}

// Resume lets the campaigns of a suspended channel go on.
func (s Service) Resume(ctx context.Context, id ref.Channel) (Channel, error) {
	return s.Store.SetChannelState(ctx, id, Active)
}

// Open is the channel as it is now and a LINE client that speaks for it. The
// client stays good until the token is replaced; open again for each piece of
// work.
func (s Service) Open(ctx context.Context, id ref.Channel) (Channel, *line.Client, error) {
	c, sealed, err := s.Store.ChannelCredentials(ctx, id)
	if err != nil {
		return c, nil, err
	}
	client, err := s.Clients.get(c, func() (Credentials, error) { return s.open(c.BotUserID, sealed) })
	return c, client, err
}

// bot asks LINE whose token it is.
func (s Service) bot(ctx context.Context, token string) (line.BotInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, verificationTimeout)
	defer cancel()
	client, err := s.Clients.dial(token)
	if err != nil {
		return line.BotInfo{}, errs.From(err).At("/channel_access_token")
	}
	defer client.Close()
	bot, err := client.BotInfo(ctx)
	if err != nil {
		return bot, errs.From(err).At("/channel_access_token")
	}
	return bot, nil
}

func (r Request) channel() (Channel, error) {
	c := Channel{
		Name: r.Name, LineChannelID: r.LineChannelID, State: Active,
		PushPerSecond: defaultPush, MulticastPerSecond: defaultMulticast,
		QuotaReserve: r.QuotaReserve, TimeZone: r.TimeZone, Language: r.Language,
	}
	set(&c.PushPerSecond, r.PushPerSecond)
	set(&c.MulticastPerSecond, r.MulticastPerSecond)
	bad := c.problems()
	for _, f := range []struct{ name, value string }{
		{"channel_secret", r.ChannelSecret}, {"channel_access_token", r.ChannelAccessToken},
	} {
		if f.value == "" {
			bad = append(bad, errs.New("request.required", f.name).At("/"+f.name))
		}
	}
	return c, errs.Several("request.invalid", bad)
}

// problems are the rules that the channel breaks.
func (c Channel) problems() []*errs.Error {
	var bad []*errs.Error
	if n := utf8.RuneCountInString(c.Name); n == 0 {
		bad = append(bad, errs.New("request.required", "name").At("/name"))
	} else if n > MaxName {
		bad = append(bad, errs.New("channel.name", n, MaxName).At("/name"))
	}
	for _, f := range []struct {
		field      string
		value, max int
	}{
		{"push_per_second", c.PushPerSecond, maxPush},
		{"multicast_per_second", c.MulticastPerSecond, maxMulticast},
		{"quota_reserve", c.QuotaReserve, math.MaxInt32},
	} {
		if f.value < 0 || f.value > f.max {
			bad = append(bad, errs.New("channel.limit", f.field, f.value, f.max).At("/"+f.field))
		}
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "Local" {
		bad = append(bad, errs.New("schedule.time_zone", c.TimeZone).At("/time_zone"))
	}
	return bad
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// last is the end of a token, to recognise it by.
func last(token string) string { return token[max(0, len(token)-lastDigits):] }

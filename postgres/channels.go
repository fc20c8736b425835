package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

var _ channel.Store = (*DB)(nil)

const channelColumns = `id, name, line_channel_id, bot_user_id, basic_id, display_name, state,
	token_last4, token_version, push_per_second, multicast_per_second, quota_reserve, time_zone,
	language, circuit_reason, circuit_until, created_at, updated_at`

// CreateChannel stores a verified channel. channel.taken names the channel
// that has the account already.
func (db *DB) CreateChannel(ctx context.Context, c channel.Channel, s channel.Sealed) (_ channel.Channel, err error) {
	defer wrap(&err, "CreateChannel(%q)", c.Name)
	const sql = `
		insert into channels (name, line_channel_id, bot_user_id, basic_id, display_name, secret_sealed,
			token_sealed, token_last4, push_per_second, multicast_per_second, quota_reserve, time_zone, language)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (bot_user_id) where state <> 'deleted' do nothing
		returning ` + channelColumns
	made, err := one[channel.Channel](db.conn.Query(ctx, sql, c.Name, c.LineChannelID, c.BotUserID, c.BasicID,
		c.DisplayName, s.Secret, s.Token, c.TokenLast4, c.PushPerSecond, c.MulticastPerSecond, c.QuotaReserve,
		c.TimeZone, c.Language))
	if !errors.Is(err, pgx.ErrNoRows) {
		return made, err
	}
	var taken ref.Channel
	err = db.conn.QueryRow(ctx, `select id from channels where bot_user_id = $1 and state <> 'deleted'`, c.BotUserID).Scan(&taken)
	if err != nil {
		return made, err
	}
	return made, errs.New("channel.taken", c.BasicID, taken)
}

// Channel is a channel that was not deleted.
func (db *DB) Channel(ctx context.Context, id ref.Channel) (_ channel.Channel, err error) {
	defer wrap(&err, "Channel(%d)", id)
	const sql = `select ` + channelColumns + ` from channels where id = $1 and state <> 'deleted'`
	c, err := one[channel.Channel](db.conn.Query(ctx, sql, id))
	return c, missing(err, "channel.not_found", id)
}

// ChannelCredentials is Channel with its sealed secrets.
func (db *DB) ChannelCredentials(ctx context.Context, id ref.Channel) (_ channel.Channel, s channel.Sealed, err error) {
	defer wrap(&err, "ChannelCredentials(%d)", id)
	c, err := db.Channel(ctx, id)
	if err != nil {
		return c, s, err
	}
	const sql = `select secret_sealed, token_sealed, token_version from channels where id = $1`
	err = db.conn.QueryRow(ctx, sql, id).Scan(&s.Secret, &s.Token, &c.TokenVersion)
	return c, s, err
}

// ListChannels lists channels that were not deleted, by id.
func (db *DB) ListChannels(ctx context.Context) (_ []channel.Channel, err error) {
	defer wrap(&err, "ListChannels()")
	const sql = `select ` + channelColumns + ` from channels where state <> 'deleted' order by id`
	return many[channel.Channel](db.conn.Query(ctx, sql))
}

// UpdateChannel stores the fields that ch has. The others stay as they are
// now, not as they were when the change was asked for.
func (db *DB) UpdateChannel(ctx context.Context, id ref.Channel, ch channel.Change) (_ channel.Channel, err error) {
	defer wrap(&err, "UpdateChannel(%d)", id)
	const sql = `
		update channels set name = coalesce($2, name), push_per_second = coalesce($3, push_per_second),
			multicast_per_second = coalesce($4, multicast_per_second), quota_reserve = coalesce($5, quota_reserve),
			time_zone = coalesce($6, time_zone), language = coalesce($7, language), updated_at = now()
		where id = $1 and state <> 'deleted'
		returning ` + channelColumns
	c, err := one[channel.Channel](db.conn.Query(ctx, sql, id, ch.Name, ch.PushPerSecond, ch.MulticastPerSecond,
		ch.QuotaReserve, ch.TimeZone, ch.Language))
	return c, missing(err, "channel.not_found", id)
}

// SetChannelState suspends or resumes a channel; DeleteChannel deletes one.
func (db *DB) SetChannelState(ctx context.Context, id ref.Channel, to channel.State) (_ channel.Channel, err error) {
	defer wrap(&err, "SetChannelState(%d, %s)", id, to)
	const sql = `
		update channels set state = $2, updated_at = now() where id = $1 and state <> 'deleted'
		returning ` + channelColumns
	c, err := one[channel.Channel](db.conn.Query(ctx, sql, id, to))
	return c, missing(err, "channel.not_found", id)
}

// ReplaceCredentials stores a new token and secret and closes the circuit that
// the old ones opened.
func (db *DB) ReplaceCredentials(ctx context.Context, id ref.Channel, s channel.Sealed, last4 string) (_ channel.Channel, err error) {
	defer wrap(&err, "ReplaceCredentials(%d)", id)
	const sql = `
		update channels set secret_sealed = $2, token_sealed = $3, token_last4 = $4,
			token_version = token_version + 1, circuit_reason = '', circuit_until = null, updated_at = now()
		where id = $1 and state <> 'deleted'
		returning ` + channelColumns
	c, err := one[channel.Channel](db.conn.Query(ctx, sql, id, s.Secret, s.Token, last4))
	return c, missing(err, "channel.not_found", id)
}

// OpenCircuit makes the channel's batches wait until until; reason "" closes
// the circuit.
func (db *DB) OpenCircuit(ctx context.Context, id ref.Channel, reason string, until time.Time) (err error) {
	defer wrap(&err, "OpenCircuit(%d)", id)
	const sql = `update channels set circuit_reason = $2, circuit_until = case when $2 <> '' then $3::timestamptz end where id = $1`
	_, err = db.conn.Exec(ctx, sql, id, reason, until)
	return err
}

// missing turns "no row" into the catalogued not_found error.
func missing(err error, code string, id any) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return errs.New(code, id)
	}
	return err
}

package main

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/app"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// newAPIKey works on the database itself: without a key there is no other way
// to make the first one.
func newAPIKey(c *cli) *cobra.Command {
	create, list, revoke := newKeyCreate(c), newKeyList(c), newKeyRevoke(c)
	for _, cmd := range []*cobra.Command{create, list, revoke} {
		c.settings(cmd, "DATABASE_URL", "LOG_LEVEL")
	}
	return group("apikey", "Make, list and revoke API keys, on the database itself", create, list, revoke)
}

// onDatabase runs f on the database that the settings name.
func (c *cli) onDatabase(ctx context.Context, f func(*postgres.DB) error) error {
	settings, err := c.config()
	if err != nil {
		return err
	}
	return app.WithDatabase(ctx, settings, c.log(settings.LogLevel), f)
}

func newKeyCreate(c *cli) *cobra.Command {
	var name string
	var scopes []string
	var lives time.Duration
	cmd := &cobra.Command{Use: "create", Short: "Make a key and print it, this once", Args: takes,
		Example: "  linecast apikey create --name crm --scopes users:write,reports:read",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.onDatabase(cmd.Context(), func(db *postgres.DB) error {
				var ends *time.Time
				if lives > 0 {
					at := time.Now().Add(lives)
					ends = &at
				}
				var list []access.Scope
				for _, s := range scopes {
					list = append(list, access.Scope(s))
				}
				key, err := makeKey(cmd.Context(), db, name, list, ends)
				if err != nil {
					return err
				}
				c.print(map[string]any{"name": name, "scopes": list, "expires_at": ends, "key": key}, func() {
					c.printf("%s\n", key)
					c.say("Keep it: it is not shown again. Use it as LINECAST_API_KEY, or as Authorization: Bearer.")
				})
				return nil
			})
		}}
	cmd.Flags().StringVar(&name, "name", "command line", "what the key is for")
	cmd.Flags().StringSliceVar(&scopes, "scopes", []string{"admin"}, "what it may do: "+scopeNames())
	cmd.Flags().DurationVar(&lives, "expires-in", 0, "how long it lives, such as 720h; 0 is for ever")
	return cmd
}

func scopeNames() string {
	var list []string
	for _, s := range access.Scopes() {
		list = append(list, string(s.Name))
	}
	return strings.Join(list, ", ")
}

// makeKey stores a new key and returns its token.
func makeKey(ctx context.Context, db *postgres.DB, name string, scopes []access.Scope, ends *time.Time) (string, error) {
	scopes, err := access.CheckScopes(scopes)
	if err != nil {
		return "", err
	}
	token, err := access.NewToken(rand.Reader)
	if err != nil {
		return "", err
	}
	digest, err := access.DigestOf(token)
	if err != nil {
		return "", err
	}
	_, err = db.CreateKey(ctx, access.NewKey{Name: name, Digest: digest, Last4: access.Last4(token), Scopes: scopes, ExpiresAt: ends})
	return token, err
}

func newKeyList(c *cli) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List keys, revoked ones too", Args: takes,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.onDatabase(cmd.Context(), func(db *postgres.DB) error {
				return c.table(sequence(db.Keys(cmd.Context(), 0, maxKeys)), "ID\tNAME\tENDS IN\tSCOPES\tLAST USED\tSTATE", columns(func(k access.Key) []any {
					return []any{k.ID, k.Name, "…" + k.Last4, joined(k.Scopes), when(k.LastUsedAt), keyState(k, time.Now())}
				}))
			})
		}}
}

// maxKeys is how many keys are listed.
const maxKeys = 10_000

func keyState(k access.Key, now time.Time) string {
	switch {
	case k.RevokedAt != nil:
		return "revoked"
	case k.ExpiresAt != nil && k.ExpiresAt.Before(now):
		return "expired"
	}
	return "active"
}

func newKeyRevoke(c *cli) *cobra.Command {
	return &cobra.Command{Use: "revoke KEY", Short: "End a key from now on", Args: takes,
		RunE: func(cmd *cobra.Command, args []string) error {
			var id ref.Key
			if err := id.UnmarshalText([]byte(args[0])); err != nil {
				return err
			}
			return c.onDatabase(cmd.Context(), func(db *postgres.DB) error {
				if err := db.RevokeKey(cmd.Context(), id, time.Now()); err != nil {
					return err
				}
				c.print(map[string]any{"id": id, "revoked": true}, func() { c.printf("%s is revoked.\n", id) })
				return nil
			})
		}}
}

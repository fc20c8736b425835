// Package config owns the settings of linecast: their names, defaults, what
// each means and what is wrong with a value. They come from environment
// variables and from the flags of the same names.
//
// One field of Config is all that a new setting needs: its tags name the
// variable, the default, the check and the sentence that `linecast config` and
// docs/settings.md show.
//
// It refuses values that cannot work and names it does not know, all of them
// at once, and never prints a secret. It reads no files and no environment of
// its own: both come in as values.
package config

import (
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// Config is every setting. Its tags: env is the variable; envDefault the
// default; check a row of checks; secret hides the value; doc says what it is
// for. The zero environment makes a Config that `linecast demo` runs with.
type Config struct {
	DatabaseURL       Secret     `env:"LINECAST_DATABASE_URL" check:"database" doc:"Connection string of PostgreSQL 15 or newer, such as postgres://linecast:password@db.example.com:5432/linecast. Options of the connection pool go with it: ?pool_max_conns=30. serve, worker and migrate need it; demo starts a private PostgreSQL without it."`
	Listen            string     `env:"LINECAST_LISTEN" envDefault:"127.0.0.1:8080" check:"address" doc:"Address that the API, the console and LINE's webhooks are served on. Put a proxy that speaks TLS before it."`
	MetricsListen     string     `env:"LINECAST_METRICS_LISTEN" check:"address" doc:"Address of a listener of its own for /metrics, which asks for no key there. When empty, /metrics is served on LINECAST_LISTEN and needs an admin key."`
	PublicURL         string     `env:"LINECAST_PUBLIC_URL" check:"origin" doc:"How the outside reaches LINECAST_LISTEN, such as https://linecast.example.com: the console shows webhook addresses and links with it."`
	MasterKey         Secret     `env:"LINECAST_MASTER_KEY" check:"master_key" doc:"Encrypts channel secrets and tokens in the database: 32 bytes in base64, made with: openssl rand -base64 32. To change it, put the new key in front of the old one with a comma between. Without it no channel can be connected."`
	BootstrapAPIKey   Secret     `env:"LINECAST_BOOTSTRAP_API_KEY" check:"api_key" doc:"An admin API key to create at the first start, for automation."`
	LineAPIBase       string     `env:"LINECAST_LINE_API_BASE" envDefault:"https://api.line.me" check:"origin" doc:"Where LINE's Messaging API is. Staging names a simulator here."`
	LineDataAPIBase   string     `env:"LINECAST_LINE_DATA_API_BASE" envDefault:"https://api-data.line.me" check:"origin" doc:"Where LINE's API for large data is."`
	TimeZone          string     `env:"LINECAST_TIME_ZONE" envDefault:"Asia/Tokyo" check:"time_zone" doc:"Time zone of schedules and segments that name none, from the IANA list."`
	WorkerConcurrency int        `env:"LINECAST_WORKER_CONCURRENCY" envDefault:"8" check:"concurrency" doc:"How many batches of one channel a process sends at once, 1 to 64. Each keeps several requests on their way; the channel's rate limit holds across all processes whatever this says."`
	KeepDeliveries    int        `env:"LINECAST_KEEP_DELIVERIES_DAYS" envDefault:"400" check:"days" doc:"How many days the ledger of an ended run is kept, a row a recipient. Counts and reasons stay. 0 keeps it for ever."`
	LogLevel          slog.Level `env:"LINECAST_LOG_LEVEL" envDefault:"info" check:"log_level" doc:"The least important messages that are logged: debug, info, warn or error."`
	DataDir           string     `env:"LINECAST_DATA_DIR" shown:"/var/lib/linecast as root, else linecast in the user's data directory" check:"directory" doc:"Directory that demo keeps its private PostgreSQL in."`
	PostgresBin       string     `env:"LINECAST_PG_BIN" shown:"looked for" check:"directory" doc:"Directory of initdb and postgres, for demo's and the tests' private PostgreSQL."`
	ServerURL         string     `env:"LINECAST_URL" envDefault:"http://127.0.0.1:8080" check:"origin" doc:"The server that commands such as users import and campaign status talk to."`
	APIKey            Secret     `env:"LINECAST_API_KEY" check:"api_key" doc:"The API key that those commands use."`

	sources map[string]Source // by variable; absent means Default
}

// Source says where a setting's value comes from.
type Source string

// The sources, the strongest first.
const (
	Flag        Source = "flag"
	Environment Source = "environment"
	Default     Source = "default"
)

// Location is the time zone as Go wants it. Load has checked that it exists.
func (c Config) Location() *time.Location {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return time.UTC // a Config that Load did not make
	}
	return zone
}

// Secret is a value that is never printed. Only Reveal gives it away.
type Secret string

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String is what logs and formatting show.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(hidden)"
}

// GoString keeps %#v from showing the secret.
func (s Secret) GoString() string { return s.String() }

// MarshalText keeps encoders from showing the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue keeps slog from showing the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// dataDir is the default of LINECAST_DATA_DIR: a directory that survives
// reboots and that, for root, the user postgres can reach.
func dataDir(environ map[string]string, system string, root bool) string {
	home := environ["HOME"]
	switch {
	case root:
		return "/var/lib/linecast"
	case filepath.IsAbs(environ["XDG_DATA_HOME"]):
		return filepath.Join(environ["XDG_DATA_HOME"], "linecast")
	case home == "":
		return filepath.Join(os.TempDir(), "linecast-data")
	case system == "darwin":
		return filepath.Join(home, "Library", "Application Support", "linecast")
	}
	return filepath.Join(home, ".local", "share", "linecast")
}

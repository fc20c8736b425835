package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/linecast/linecast/errs"
)

var update = flag.Bool("update", false, "write docs/settings.md")

const goodKey = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func TestNothingSetIsValid(t *testing.T) {
	t.Parallel()
	got, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Listen: "127.0.0.1:8080", LineAPIBase: "https://api.line.me", LineDataAPIBase: "https://api-data.line.me",
		TimeZone: "Asia/Tokyo", WorkerConcurrency: 8, KeepDeliveries: 400, LogLevel: slog.LevelInfo, ServerURL: "http://127.0.0.1:8080",
		DataDir: got.DataDir, // depends on the user and the system: TestDataDir
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("Load(nil) (-want +got):\n%s", diff)
	}
	if !filepath.IsAbs(got.DataDir) {
		t.Errorf("DataDir = %q", got.DataDir)
	}
	if got.Location().String() != "Asia/Tokyo" {
		t.Errorf("Location = %s", got.Location())
	}
}

// Every default must pass the check that the same value from a person would.
func TestDefaultsPassTheirChecks(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		check, ok := checks[s.check]
		if !ok {
			t.Errorf("%s: no check %q", s.Name, s.check)
			continue
		}
		if def, _, described := strings.Cut(s.Default, " "); def != "" && !described && s.Default != "looked for" {
			if want := check(s.Default); want != "" {
				t.Errorf("%s: the default %q: %s", s.Name, s.Default, want)
			}
		}
		if !strings.HasPrefix(s.Name, prefix) || !strings.HasSuffix(s.Doc, ".") {
			t.Errorf("%s: want a name of ours and a sentence, got %q", s.Name, s.Doc)
		}
	}
}

func TestOneWrongSetting(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, value string
		code        string // "" is good
		says        string
	}{
		{"LINECAST_LISTEN", ":8080", "", ""},
		{"LINECAST_LISTEN", "[::1]:0", "", ""},
		{"LINECAST_LISTEN", "  127.0.0.1:80 ", "", ""},
		{"LINECAST_LISTEN", "", "", ""},
		{"LINECAST_LISTEN", "8080", "config.wrong", `LINECAST_LISTEN is "8080": want host:port`},
		{"LINECAST_LISTEN", "localhost:http", "config.wrong", "want host:port"},
		{"LINECAST_LISTEN", "localhost:70000", "config.wrong", "want host:port"},
		{"LINECAST_METRICS_LISTEN", "9090", "config.wrong", "want host:port"},
		{"LINECAST_PUBLIC_URL", "https://linecast.example.com/", "", ""},
		{"LINECAST_PUBLIC_URL", "linecast.example.com", "config.wrong", "want http:// or https://"},
		{"LINECAST_PUBLIC_URL", "ftp://linecast.example.com", "config.wrong", "want http:// or https://"},
		{"LINECAST_PUBLIC_URL", "https://example.com/linecast", "config.wrong", "nothing after"},
		{"LINECAST_PUBLIC_URL", "https://", "config.wrong", "and a host"},
		{"LINECAST_LINE_API_BASE", "http://127.0.0.1:9900", "", ""},
		{"LINECAST_LINE_DATA_API_BASE", "::", "config.wrong", "want http:// or https://"},
		{"LINECAST_MASTER_KEY", goodKey, "", ""},
		{"LINECAST_MASTER_KEY", goodKey + ", " + goodKey, "", ""},
		{"LINECAST_MASTER_KEY", "c2hvcnQ=", "config.wrong_secret", "these are 5; make a key with: openssl rand -base64 32"},
		{"LINECAST_MASTER_KEY", "no base64!", "config.wrong_secret", "not base64"},
		{"LINECAST_DATABASE_URL", "postgres://u:p@db:5432/linecast?pool_max_conns=30", "", ""},
		{"LINECAST_DATABASE_URL", "host=/var/run/postgresql dbname=linecast", "", ""},
		{"LINECAST_DATABASE_URL", "linecast", "config.wrong_secret", "want postgres://"},
		{"LINECAST_DATABASE_URL", "postgres://u:p@db:port/linecast", "config.wrong_secret", "want postgres://"},
		{"LINECAST_DATABASE_URL", "postgres://u:p@db/linecast?pool_max_conns=many", "config.wrong_secret", "every option"},
		{"LINECAST_BOOTSTRAP_API_KEY", "secret", "config.wrong_secret", "lcs_ and 38"},
		{"LINECAST_API_KEY", "lcs_", "config.wrong_secret", "is one missing"},
		{"LINECAST_TIME_ZONE", "Asia/Bangkok", "", ""},
		{"LINECAST_TIME_ZONE", "Asia/Bankok", "config.wrong", `LINECAST_TIME_ZONE is "Asia/Bankok": want a name from the IANA list`},
		{"LINECAST_TIME_ZONE", "Local", "config.wrong", "IANA"},
		{"LINECAST_TIME_ZONE", "+09:00", "config.wrong", "IANA"},
		{"LINECAST_WORKER_CONCURRENCY", "64", "", ""},
		{"LINECAST_WORKER_CONCURRENCY", "0", "config.wrong", "from 1 to 64"},
		{"LINECAST_WORKER_CONCURRENCY", "many", "config.wrong", "from 1 to 64"},
		{"LINECAST_LOG_LEVEL", "DEBUG", "", ""},
		{"LINECAST_LOG_LEVEL", "loud", "config.wrong", "want debug, info, warn or error"},
		{"LINECAST_DATA_DIR", "/srv/linecast", "", ""},
		{"LINECAST_DATA_DIR", "~/linecast", "config.wrong", "~ is not expanded"},
		{"LINECAST_URL", "http://localhost:8080", "", ""},
		{"LINECAST_URL", "localhost:8080", "config.wrong", "want http:// or https://"},
	}
	for _, test := range tests {
		t.Run(test.name+"="+test.value, func(t *testing.T) {
			t.Parallel()
			_, err := Load(map[string]string{test.name: test.value})
			switch {
			case test.code == "" && err != nil:
				t.Errorf("Load: %v", err)
			case test.code != "" && (!errs.Is(err, test.code) || !strings.Contains(err.Error(), test.says)):
				t.Errorf("Load: %v, want %s with %q", err, test.code, test.says)
			}
		})
	}
}

func TestUnknownVariables(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want string }{
		{"LINECAST_DATABSE_URL", `LINECAST_DATABSE_URL is not a setting of this version, did you mean "LINECAST_DATABASE_URL"?`},
		{"LINECAST_LOGLEVEL", `did you mean "LINECAST_LOG_LEVEL"?`},
		{"LINECAST_FROBNICATION_DEPTH", "LINECAST_FROBNICATION_DEPTH is not a setting of this version"},
		{"LINE_CHANNEL_TOKEN", ""},
		{"PATH", ""},
		{"LINECAST_TEST_DATABASE_URL", ""},
		// Set by Kubernetes in every pod beside a service "linecast" or
		// "linecast-web".
		{"LINECAST_SERVICE_HOST", ""},
		{"LINECAST_SERVICE_PORT", ""},
		{"LINECAST_SERVICE_PORT_HTTP", ""},
		{"LINECAST_PORT", ""},
		{"LINECAST_PORT_8080_TCP", ""},
		{"LINECAST_PORT_8080_TCP_ADDR", ""},
		{"LINECAST_WEB_SERVICE_HOST", ""},
		{"LINECAST_WEB_PORT_80_TCP_PROTO", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(map[string]string{test.name: "x"})
			if test.want == "" && err != nil {
				t.Errorf("Load: %v", err)
			}
			if test.want != "" && (!errs.Is(err, "config.unknown") || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("Load: %v, want config.unknown with %q", err, test.want)
			}
		})
	}
}

func TestEveryProblemIsListed(t *testing.T) {
	t.Parallel()
	_, err := Load(map[string]string{
		"LINECAST_LISTEN": "8080", "LINECAST_MASTER_KEY": "short", "LINECAST_TIME_ZONE": "Mars", "LINECAST_LISTN": "x", "LINECAST_A": "x",
	})
	e := errs.From(err)
	var got []string
	for _, f := range e.Fields {
		name, _, _ := strings.Cut(f.Detail, " ")
		got = append(got, name)
		if !strings.Contains(err.Error(), f.Detail) {
			t.Errorf("the text of the whole lacks %q", f.Detail)
		}
	}
	want := []string{"LINECAST_LISTEN", "LINECAST_MASTER_KEY", "LINECAST_TIME_ZONE", "LINECAST_A", "LINECAST_LISTN"}
	if diff := cmp.Diff(want, got); diff != "" || e.Code != "config.several" {
		t.Errorf("%s lists (-want +got):\n%s", e.Code, diff)
	}
}

func TestFlagsWin(t *testing.T) {
	t.Parallel()
	environ := map[string]string{"LINECAST_LISTEN": ":1", "LINECAST_LOG_LEVEL": "debug", "LINECAST_TIME_ZONE": "nowhere"}
	flags := map[string]string{"LINECAST_LISTEN": ":2", "LINECAST_TIME_ZONE": "UTC", "LINECAST_LOG_LEVEL": ""}
	c, err := LoadWithFlags(environ, flags)
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != ":2" || c.LogLevel != slog.LevelDebug || c.TimeZone != "UTC" {
		t.Errorf("got %s %s %s", c.Listen, c.LogLevel, c.TimeZone)
	}
	_, err = LoadWithFlags(nil, map[string]string{"LINECAST_LOG_LEVEL": "loud"})
	if err == nil || !strings.Contains(err.Error(), `--log-level is "loud"`) {
		t.Errorf("a wrong flag: %v", err)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	c, err := LoadWithFlags(map[string]string{
		"LINECAST_DATABASE_URL": "postgres://me:hunter2@db.example.com/linecast?sslmode=disable&sslpassword=hunter2",
		"LINECAST_MASTER_KEY":   goodKey,
	}, map[string]string{"LINECAST_LISTEN": ":2"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range c.Table() {
		got[row.Flag] = fmt.Sprintf("%s (%s)", row.Value, row.Source)
	}
	for name, want := range map[string]string{
		"database-url":       "postgres://me@db.example.com:5432/linecast (environment)",
		"master-key":         "(hidden) (environment)",
		"api-key":            " (default)",
		"listen":             ":2 (flag)",
		"log-level":          "info (default)",
		"worker-concurrency": "8 (default)",
		"time-zone":          "Asia/Tokyo (default)",
	} {
		if got[name] != want {
			t.Errorf("%s = %q, want %q", name, got[name], want)
		}
	}
	if len(got) != len(Settings()) {
		t.Errorf("%d rows for %d settings", len(got), len(Settings()))
	}
}

// Whatever a secret holds and however a Config is shown, the secret does not
// appear: not in errors, not in the table, not through fmt, JSON or slog.
func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	values := []string{
		secret, "postgres://u:" + secret + "@h:99999/d", "postgres://u:" + secret + "/x@h/d", "postgres://u:%zz" + secret + "@h/d",
		"host=h password=" + secret + " port=x", "password='" + secret, "postgres://u:" + secret + "@h/d?sslmode=" + secret,
		"postgres://u@h/d?password=" + secret, "lcs_" + secret, secret + "," + secret,
	}
	for _, s := range settings() {
		if !s.Secret {
			continue
		}
		for _, value := range values {
			c, err := Load(map[string]string{s.Name: value})
			if err != nil {
				for _, e := range append(errs.From(err).Fields, errs.From(err)) {
					if strings.Contains(e.Error()+e.Detail+e.Fix(), secret) {
						t.Errorf("%s=%s: the error shows it: %v", s.Name, value, e)
					}
				}
			}
			if text := show(t, c); strings.Contains(text, secret) {
				t.Errorf("%s=%s: shown in\n%s", s.Name, value, text)
			}
		}
	}
}

func show(t *testing.T, c Config) string {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%v %+v %#v %s\n", c, c, c, c.DatabaseURL)
	if err := json.NewEncoder(&b).Encode(c); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("started", "config", c, "url", c.DatabaseURL)
	for _, row := range c.Table() {
		fmt.Fprintln(&b, row.Value)
	}
	return b.String()
}

func TestDataDir(t *testing.T) {
	t.Parallel()
	tests := []struct {
		home, xdg, system string
		root              bool
		want              string
	}{
		{"/root", "/root/data", "linux", true, "/var/lib/linecast"},
		{"/home/me", "", "linux", false, "/home/me/.local/share/linecast"},
		{"/home/me", "/data", "linux", false, "/data/linecast"},
		{"/home/me", "data", "linux", false, "/home/me/.local/share/linecast"},
		{"/Users/me", "", "darwin", false, "/Users/me/Library/Application Support/linecast"},
		{"", "", "linux", false, filepath.Join(os.TempDir(), "linecast-data")},
	}
	for _, test := range tests {
		got := dataDir(map[string]string{"HOME": test.home, "XDG_DATA_HOME": test.xdg}, test.system, test.root)
		if got != test.want {
			t.Errorf("dataDir of %+v = %q", test, got)
		}
	}
}

func TestSettingsGolden(t *testing.T) {
	t.Parallel()
	const file = "../../docs/settings.md"
	if *update {
		if err := os.WriteFile(file, []byte(Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), Markdown()); diff != "" {
		t.Errorf("docs/settings.md is not what the code says; run: go test ./internal/config -update\n(-file +code):\n%s", diff)
	}
}

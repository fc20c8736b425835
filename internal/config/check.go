package config

import (
	"encoding/base64"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/internal/access"
)

// checks tell what is wrong with a value, as what it should be instead; "" is
// good. They never repeat the value: it may be a secret.
var checks = map[string]func(value string) (want string){
	"address":     address,
	"api_key":     apiKey,
	"concurrency": concurrency,
	"database":    database,
	"days":        days,
	"directory":   directory,
	"log_level":   logLevel,
	"master_key":  masterKey,
	"origin":      origin,
	"time_zone":   timeZone,
}

func address(value string) string {
	_, port, err := net.SplitHostPort(value)
	n, numErr := strconv.Atoi(port)
	if err != nil || numErr != nil || n < 0 || n > 65535 {
		return "want host:port with a port from 0 to 65535, such as 127.0.0.1:8080, or :8080 for every network"
	}
	return ""
}

func apiKey(value string) string {
	if _, err := access.DigestOf(value); err != nil {
		return "want a key that linecast made: lcs_ and 38 letters and digits; is one missing?"
	}
	return ""
}

func concurrency(value string) string {
	if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 64 {
		return "want a whole number from 1 to 64"
	}
	return ""
}

func days(value string) string {
	if n, err := strconv.Atoi(value); err != nil || n < 0 || n > 36500 {
		return "want a whole number of days, or 0 for ever"
	}
	return ""
}

// database leaves the reading to the driver. What the driver complains of may
// quote a piece of the password, so it is not passed on.
func database(value string) string {
	if _, err := pgxpool.ParseConfig(value); err != nil || !strings.ContainsAny(value, ":=") {
		return "want postgres://user:password@host:5432/database, with the special characters of the password percent-encoded and every option one that PostgreSQL or pgx knows"
	}
	return ""
}

func directory(value string) string {
	if strings.HasPrefix(value, "~") {
		return "want a path; ~ is not expanded here, write the home directory out"
	}
	return ""
}

func logLevel(value string) string {
	var level slog.Level
	if level.UnmarshalText([]byte(value)) != nil {
		return "want debug, info, warn or error"
	}
	return ""
}

func masterKey(value string) string {
	for key := range strings.SplitSeq(value, ",") {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(key))
		switch {
		case err != nil:
			return "want 32 bytes in base64 and this is not base64; make a key with: openssl rand -base64 32"
		case len(raw) != 32:
			return "want 32 bytes in base64 and these are " + strconv.Itoa(len(raw)) + "; make a key with: openssl rand -base64 32"
		}
	}
	return ""
}

func origin(value string) string {
	const want = "want http:// or https:// and a host, such as https://linecast.example.com"
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return want
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return want + ", and nothing after or before the host"
	}
	return ""
}

func timeZone(value string) string {
	if _, err := time.LoadLocation(value); err != nil || value == "Local" {
		return "want a name from the IANA list, such as Asia/Tokyo, Asia/Bangkok, Asia/Taipei or UTC"
	}
	return ""
}

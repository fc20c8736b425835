package templating

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // a container without zone files must know Asia/Tokyo too

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// zoneAttributes are the user attributes that say where the user is, by
// preference: a name such as "Asia/Bangkok", or MoEngage's minutes east of UTC,
// of which -1000 means that they are not known.
var zoneAttributes = []string{"time_zone", "timezone", "moe_dtzo", "User TimeZone Offset (Mins)", "User Time Zone Offset (Mins)"}

const (
	unknownOffset = -1000 // MoEngage's
	mostOffset    = 1080  // minutes from UTC
)

// zone is the time zone dates are shown in when the template names none.
func (st *state) zone() *time.Location {
	if st.zoned == nil {
		st.zoned = st.recipientZone()
	}
	return st.zoned
}

func (st *state) recipientZone() *time.Location {
	for _, zone := range []*time.Location{st.d.TimeZone, st.ownZone(), st.t.opts.TimeZone, st.d.Workspace} {
		if zone != nil {
			return zone
		}
	}
	return time.UTC
}

// ownZone is what the user's attributes say. What cannot be understood counts
// as absent: a campaign must not fail on one user's odd setting.
func (st *state) ownZone() *time.Location {
	found := make([]string, len(zoneAttributes))
	for walk := jsontext.MembersOf(st.d.Attributes.text()); ; {
		key, _, text, ok := walk.Next()
		if !ok {
			break
		}
		if i := slices.Index(zoneAttributes, key); i >= 0 {
			found[i] = strings.Trim(text, `"`)
		}
	}
	for _, text := range found {
		if text == "" {
			continue
		}
		if minutes, err := strconv.Atoi(text); err == nil && knownOffset(minutes) {
			return time.FixedZone("", minutes*60)
		}
		if zone, err := st.t.zones.named(st, text); err == nil {
			return zone
		}
	}
	return nil
}

func knownOffset(minutes int) bool {
	return minutes != unknownOffset && minutes >= -mostOffset && minutes <= mostOffset
}

// zoneNamed is the time zone an argument names, or the recipient's.
func (st *state) zoneNamed(v value) (*time.Location, error) {
	if v.missing() {
		return st.zone(), nil
	}
	name, err := st.text(v)
	if err != nil {
		return nil, err
	}
	return st.t.zones.named(st, name)
}

// zones remembers the time zones a template asked for: reading one takes as
// long as rendering a message.
type zones struct {
	known sync.Map // name to *time.Location
	count atomic.Int32
}

// mostZones are remembered; an attribute may hold any name.
const mostZones = 64

func (z *zones) named(st *state, name string) (*time.Location, error) {
	if zone, ok := z.known.Load(name); ok {
		return zone.(*time.Location), nil
	}
	if err := st.step(300); err != nil { // as long as it takes
		return nil, err
	}
	zone, err := loadZone(name)
	if err != nil {
		return nil, err
	}
	if z.count.Add(1) <= mostZones {
		z.known.Store(strings.Clone(name), zone)
	}
	return zone, nil
}

// loadZone reads the IANA time zone name.
func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, errs.New("template.bad_time_zone", shorten(name, 60), didYouMean(nearestZone(name)))
	}
	return zone, nil
}

// usualZones are suggested for misspelt names: where LINE is used, and where
// brands that use it sit.
var usualZones = []string{"Asia/Tokyo", "Asia/Bangkok", "Asia/Taipei", "Asia/Jakarta", "Asia/Seoul", "Asia/Hong_Kong", "Asia/Singapore",
	"Asia/Kolkata", "Asia/Shanghai", "Asia/Manila", "Asia/Ho_Chi_Minh", "Asia/Kuala_Lumpur", "Asia/Makassar", "Asia/Jayapura", "Asia/Dubai",
	"Australia/Sydney", "Europe/London", "Europe/Paris", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "America/Chicago", "UTC"}

// nearestZone is the usual zone that name, a whole name or a city, means.
func nearestZone(name string) string {
	if zone := nearest.Name(name, usualZones); zone != "" {
		return zone
	}
	cities := make([]string, len(usualZones))
	for i, zone := range usualZones {
		cities[i] = zone[strings.IndexByte(zone, '/')+1:]
	}
	if i := slices.Index(cities, nearest.Name(name, cities)); i >= 0 {
		return usualZones[i]
	}
	return ""
}

// adviseZone is the advice of a parameter that names a time zone.
func adviseZone(name string) (mistake *errs.Error, lint string) {
	if _, err := loadZone(name); errors.As(err, &mistake) {
		return mistake, ""
	}
	return nil, ""
}

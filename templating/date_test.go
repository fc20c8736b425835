package templating

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestDates(t *testing.T) {
	t.Parallel()
	user := `{"iso":"2026-11-22T10:30:00Z","offset":"2026-11-22T10:30:00+09:00","naive":"2026-11-22 10:30:00","day":"2026-11-22","eu":"22/11/2026","epoch":1795341000,"ms":1795341000123,"bad":"soon"}`
	for _, c := range []struct{ x, zone, want string }{
		{`now|date`, "", "2026-11-22"},
		{`now|date('%Y-%m-%d %H:%M %Z')`, "Asia/Tokyo", "2026-11-22 19:00 JST"},
		{`now|date('%H:%M', 'Asia/Bangkok')`, "Asia/Tokyo", "17:00"},
		{`UserAttribute['iso']|date('%d %H:%M')`, "Asia/Tokyo", "22 19:30"},
		{`UserAttribute['offset']|date('%d %H:%M')`, "", "22 01:30"},
		{`UserAttribute['naive']|date('%d %H:%M %z')`, "Asia/Tokyo", "22 10:30 +0900"},
		{`UserAttribute['day']|date('%A')`, "", "Sunday"},
		{`UserAttribute['eu']|date`, "", "2026-11-22"},
		{`UserAttribute['epoch']|date('%F %T')`, "", "2026-11-22 09:50:00"},
		{`UserAttribute['ms']|date('%F %T.%f')`, "", "2026-11-22 09:50:00.123000"},
		{`UserAttribute['iso']|datetime > now`, "", "True"},
		{`(now|shift(days=-1)) < now`, "", "True"},
		{`'2026-03-29'|shift(days=1)|date('%F %H:%M %Z')`, "Europe/Berlin", "2026-03-30 00:00 CEST"},
		{`'2026-03-28 12:00'|shift(days=1)|date('%H:%M %Z')`, "Europe/Berlin", "12:00 CEST"},
		{`'2026-03-28 12:00'|shift(hours=24)|date('%H:%M %Z')`, "Europe/Berlin", "13:00 CEST"},
		{`now.year ~ '/' ~ now.month ~ '/' ~ now.day ~ ' ' ~ now.weekday()`, "", "2026/11/22 6"},
		{`now`, "Asia/Tokyo", "2026-11-22 19:00:00+09:00"},
		{`now()|date('%H')`, "Asia/Tokyo", "19"},
		{`'{:%d.%m.%Y}'.format(now)`, "", "22.11.2026"},
		{`'2026-01-05'|date('%j %U %W %V %u %w %e %-d %y %C %G-%g')`, "", "005 01 01 02 1 1  5 5 26 20 2026-26"},
		{`'2026-11-22 15:04:05'|date('%I:%M:%S %p %l %k %r %R %D %h %n%t%% %q')`, "", "03:04:05 PM  3 15 03:04:05 PM 15:04 11/22/26 Nov \n\t% %q"},
		// MoEngage's examples, with %H as strftime has it (its pages print 05 for 17).
		{`"2012-01-19 17:21:00 CST" |dateTimeFormatter(toFormat='%Y-%m-%d %I:%M:%S %p')`, "", "2012-01-19 05:21:00 PM"},
		{`"2012-01-19 17:21:00 CST" |dateTimeFormatter(tzOffset=-330)`, "", "2012-01-19 11:51:00 AM"},
		{`"2012-01-19 17:21:00 CST" |dateTimeFormatter(timeZone='Asia/Kolkata')`, "", "2012-01-19 22:51:00 PM"},
		{`"2012-01-19 17:21:00" |dateTimeFormatter(timeZone='Asia/Kolkata', tzOffset=UserAttribute['nope'])`, "", "2012-01-19 22:51:00 PM"},
		{`"2012-01-19 17:21:00" |dateTimeFormatter(timeZone='Asia/Kolkata', tzOffset=-1000)`, "", "2012-01-19 22:51:00 PM"},
		{`"2012-01-19 17:21:00" |dateTimeFormatter(timeZone='Asia/Kolkata', tzOffset='60')`, "", "2012-01-19 18:21:00 PM"},
		{`"2012-01-19T17:21:00+02:00" |dateTimeFormatter('%H:%M')`, "", "17:21"},
		{`'14/10/2020'|dateFormatter('%m/%d/%Y')`, "Asia/Tokyo", "10/14/2020"},
		{`'12/10/2020'|days('14/10/2020') ~ '14/10/2020'|days('12/10/2020')`, "", "2-2"},
		{`'%m/%d/%Y'|today('EST')`, "", "11/22/2026"},
		{`'%d %H'|today('Asia/Tokyo')`, "", "22 19"},
	} {
		tmpl := mustCompile(t, inText(`{{ `+strings.ReplaceAll(c.x, `"`, `'`)+` }}`), Options{})
		d := &Data{Attributes: JSON([]byte(user)), Now: exampleNow}
		if c.zone != "" {
			d.TimeZone = zoneOf(t, c.zone)
		}
		out, err := tmpl.Render(nil, d)
		if err != nil {
			t.Errorf("%s: %v", c.x, err)
			continue
		}
		got := decode(t, string(out)).(map[string]any)["messages"].([]any)[0].(map[string]any)["text"]
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s\n%s", c.x, diff)
		}
	}
	for x, code := range map[string]string{
		`UserAttribute['bad']|date`: "template.bad_date", `now|date('%F', 'Mars/Base')`: "template.bad_time_zone", `now|date('%F', 'Local')`: "template.bad_time_zone",
		`now|date(language='xx')`: "template.bad_language", `'2026-02-30'|date`: "template.bad_date", `[]|date`: "template.bad_date", `'2026-11-22'|dateTimeFormatter(tzOffset=5000)`: "template.value",
	} {
		tmpl, err := Compile(inText(`{{ `+x+` }}`), Options{})
		if err == nil {
			_, err = tmpl.Render(nil, &Data{Attributes: JSON([]byte(user)), Now: exampleNow})
		}
		if !errs.Is(err, code) {
			t.Errorf("%s: %v, want %s", x, err, code)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-11-22": "2026-11-22T00:00:00Z", "2026/11/22": "2026-11-22T00:00:00Z", "20261122": "2026-11-22T00:00:00Z", "22.11.2026": "2026-11-22T00:00:00Z",
		"22-11-2026 9:05": "2026-11-22T09:05:00Z", "11/22/2026": "2026-11-22T00:00:00Z", "1/2/2026": "2026-02-01T00:00:00Z", "22 November 2026": "2026-11-22T00:00:00Z",
		"22-Nov-2026": "2026-11-22T00:00:00Z", "November 22, 2026": "2026-11-22T00:00:00Z", "Nov 22 2026 5:00 PM": "2026-11-22T17:00:00Z", "12:00 AM": "",
		"2026-11-22 12:30 AM": "2026-11-22T00:30:00Z", "Sun, 22 Nov 2026 10:00:00 GMT": "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.25+09:00": "2026-11-22T10:00:00.25+09:00",
		"2026-11-22T10:00:00-0330": "2026-11-22T10:00:00-03:30", "2026-11-22T10:00Z": "2026-11-22T10:00:00Z", "2026-11-22 10:00:00 JST": "2026-11-22T10:00:00Z",
		"": "", "soon": "", "2026": "", "2026-13-01": "", "2026-02-30": "", "2026-11-22T25:00": "", "2026-11-22 10:61": "", "2026-11-22 10:00 +99:00": "", "2026-11-22x": "",
	} {
		m, ok := parseDate(in)
		got := ""
		if ok {
			got = m.t.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, lang := range append(Languages(), "", "ja-JP", "zh_TW", "zh-Hant-HK") {
		tmpl := mustCompile(t, inText(`{{ UserAttribute['d']|date('%A %a | %B %b | %p | %x | %X | %EY %Ey %EC') }} | {{ 1234567.891|number(2) }} {{ -1234567|number }}`), Options{Language: lang})
		out, err := tmpl.Render(nil, &Data{Attributes: JSON([]byte(`{"d":"2026-11-02 15:04:05"}`))})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%-10s %s\n", lang, decode(t, string(out)).(map[string]any)["messages"].([]any)[0].(map[string]any)["text"])
	}
	golden(t, "testdata/languages.golden", b.String())
	for _, l := range languages {
		for _, names := range [][]string{l.months[:], l.shortMonths[:], l.days[:], l.shortDays[:]} {
			for _, n := range names {
				if n == "" || strings.TrimSpace(n) != n {
					t.Errorf("a name is %q", n)
				}
			}
		}
	}
}

func TestJapaneseEras(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{"2019-04-30": "平成31", "2019-05-01": "令和1", "1989-01-07": "昭和64", "1989-01-08": "平成1", "1926-12-25": "昭和1", "1912-07-30": "大正1", "1868-10-23": "明治1", "1800-01-01": "西暦1800"} {
		m, _ := parseDate(day)
		name, year := japaneseEra(m.t.Year(), int(m.t.Month()), m.t.Day())
		if got := fmt.Sprint(name, year); got != want {
			t.Errorf("%s is %s, want %s", day, got, want)
		}
	}
}

// A zone comes from the argument, the user, the campaign, the workspace, in
// this order.
func TestTimeZoneOrder(t *testing.T) {
	t.Parallel()
	zone := func(hours int) *time.Location { return time.FixedZone("", hours*3600) }
	for _, c := range []struct {
		name, argument, user     string
		own, campaign, workspace *time.Location
		want                     string
	}{
		{name: "nothing is set", user: `{}`, want: "10:00"},
		{name: "the workspace's", user: `{}`, workspace: zone(9), want: "19:00"},
		{name: "the campaign's", user: `{}`, campaign: zone(8), workspace: zone(9), want: "18:00"},
		{name: "the user's by name", user: `{"time_zone":"Asia/Bangkok"}`, campaign: zone(8), want: "17:00"},
		{name: "the user's by its other name", user: `{"timezone":"Asia/Kolkata"}`, want: "15:30"},
		{name: "the user's by MoEngage's offset", user: `{"moe_dtzo":-330}`, campaign: zone(8), want: "04:30"},
		{name: "an offset under its display name", user: `{"User TimeZone Offset (Mins)":"540"}`, want: "19:00"},
		{name: "a name goes before an offset", user: `{"moe_dtzo":60,"time_zone":"Asia/Tokyo"}`, want: "19:00"},
		{name: "an offset that is not known", user: `{"moe_dtzo":-1000}`, campaign: zone(8), want: "18:00"},
		{name: "a name that there is not", user: `{"time_zone":"Mars/Base"}`, campaign: zone(8), want: "18:00"},
		{name: "an empty name", user: `{"time_zone":"","moe_dtzo":0}`, campaign: zone(8), want: "10:00"},
		{name: "Data's goes before the attributes'", user: `{"time_zone":"Asia/Tokyo"}`, own: zone(1), campaign: zone(8), want: "11:00"},
		{name: "the argument's", argument: ", 'Asia/Taipei'", user: `{"time_zone":"Asia/Tokyo"}`, own: zone(1), workspace: zone(3), want: "18:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, source := range []string{"{{ now|date('%H:%M'" + c.argument + ") }}", "{{ '2026-11-22T10:00:00Z'|date('%H:%M'" + c.argument + ") }}"} {
				tmpl := mustCompile(t, inText(source), Options{TimeZone: c.campaign})
				out, err := tmpl.Render(nil, &Data{Attributes: JSON([]byte(c.user)), Now: exampleNow, TimeZone: c.own, Workspace: c.workspace})
				if diff := cmp.Diff(inText(c.want), string(out)); err != nil || diff != "" {
					t.Errorf("%s: %v\n%s", source, err, diff)
				}
			}
		})
	}
}

// A language that there is not is found when the template is compiled, whether
// the campaign or the template names it.
func TestUnknownLanguages(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{"xx", "zh-Hans", "zh-CN", "zh-hans-hk", "english", "j", "-", "日本語"} {
		if _, err := Compile(inText("x"), Options{Language: tag}); !errs.Is(err, "template.bad_language") {
			t.Errorf("the campaign's language %q: %v", tag, err)
		}
		if _, err := Compile(inText("{{ now|date('%B', language='"+tag+"') }}"), Options{}); !errs.Is(err, "template.bad_language") {
			t.Errorf("the template's language %q: %v", tag, err)
		}
		if CheckLanguage(tag) == nil {
			t.Errorf("%q is a language", tag)
		}
	}
	for _, tag := range []string{"", "en", "EN-us", "ja_JP", "jp", "zh", "zh-TW", "zh-Hant-HK", "tw", "in", "kr", "th-TH"} {
		if err := CheckLanguage(tag); err != nil {
			t.Errorf("%q: %v", tag, err)
		}
	}
}

// Patterns mean what they mean to Python, of which testdata/oracle.py wrote
// the cases.
func TestStrftimeCases(t *testing.T) {
	t.Parallel()
	var file struct {
		Cases []struct{ At, Pattern, Want string }
	}
	if err := json.Unmarshal(mustRead(t, "testdata/strftime-cases.json"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 1000 {
		t.Errorf("only %d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		at, err := time.Parse("2006-01-02T15:04:05", c.At)
		if err != nil {
			t.Fatal(err)
		}
		got, err := strftime(c.Pattern, at, languages["en"])
		if err != nil || got != c.Want {
			t.Errorf("%q at %s is %q, %v; want %q", c.Pattern, c.At, got, err, c.Want)
		}
	}
}

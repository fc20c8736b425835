package templating

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// moengageUser has the attributes that MoEngage's pages speak of.
var moengageUser = Map(map[string]any{
	"u_fn": "jo", "u_n": "Jo Doe", "u_ln": "Doe", "name": "Jo", "email": "jo@example.com", "Mobile Number": "+919876543210", "Email": "jo@example.com",
	"brand": "Nike", "membership": "Silver", "interests": []any{"tea", "<b>"}, "orders": "3", "eligible": "true", "line_id": "ignored",
	"First Seen": "2012-01-19T17:21:00Z", "moe_dtzo": 330, "null": nil, "score": 42.55,
})

// What MoEngage's documentation shows, written as it is there (Jinja
// templating language; Personalize messages; Dynamic content).
func TestMoEngagePages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, want string }{
		// Values and defaults.
		{`{{UserAttribute['First Name']}}`, "jo"},
		{`Welcome, {{UserAttribute['u_fn']}}`, "Welcome, jo"},
		{`{{ UserAttribute.name or UserAttribute.email }}`, "Jo"},
		{`{{UserAttribute['First name']|default('Guest')}}`, "Guest"},
		{`{{UserAttribute['First name']|default('MOE_NOT_SEND')}}`, "not_send default"},
		{`{{UserAttribute['First name']|default('MOE\_NOT\_SEND')}}`, "not_send default"},
		{`{{UserAttribute['null']}}`, "missing_attribute null"},
		{`{{UserAttribute['u_n']}} {{UserAttribute['u_ln']}}`, "Jo Doe Doe"},
		{`{{UserAttribute['Last Name']}}`, "Doe"},
		{`{{UserAttribute['line_id']}}`, testLineID},
		{`{{EventAttribute['Add to Cart. Product Name']}}`, "Tea"},
		{`{{EventAttribute['MOE_TRIGGER_EVENT.Add to Cart. Product Id']}}`, "9"},
		{`{{CampaignAttribute['Flow Name']}}`, "welcome"},
		{`{{MoeUserAttribute['membership']}}`, "Silver"},
		{`{{user.properties.membership}}`, "Silver"},
		// Not sending.
		{`{% if (UserAttribute['brand'] == 'Puma') %}Brand is Puma!{% else %}{% MOE_NOT_SEND("Brand name doesn't exist for user") %}{% endif %}`, "not_send Brand name doesn't exist for user"},
		{`{% if (UserAttribute['brand'] == 'Nike') %}Brand is Nike!{% else %}{% MOE_NOT_SEND("Brand name doesn't exist for user") %}{% endif %}`, "Brand is Nike!"},
		{`{% MOE\_NOT\_SEND("x") %}`, "not_send x"},
		{`{% MOE_NOT_SEND %}`, "not_send "},
		{`{% abort_message('no ' ~ UserAttribute['brand']) %}`, "not_send no Nike"},
		// Control flow.
		{`{% set firstName = UserAttribute['First Name'] %}{% if firstName %}Welcome, {{ firstName }}{% else %}Welcome!{% endif %}`, "Welcome, jo"},
		{`{% if UserAttribute.membership == 'Gold' %}g{% elif UserAttribute.membership == 'Silver' %}s{% else %}n{% endif %}`, "s"},
		{`{% if UserAttribute.interests %}{% for interest in UserAttribute.interests %}<li>{{ interest|e }}</li>{% endfor %}{% endif %}`, "<li>tea</li><li>&lt;b&gt;</li>"},
		{`{% for href, caption in [ ('index.html', 'Index'), ('about.html', 'About') ] %}{{ caption }}={{ href }};{% endfor %}`, "Index=index.html;About=about.html;"},
		{`{% set key, value = ('a', 1) %}{{ key }}{{ value }}`, "a1"},
		{`{% for x in [1, 2, 3] %}{% if loop.index is divisibleby 3 %}T{% endif %}{% if loop.index is divisibleby(3) %}T{% endif %}{% endfor %}`, "TT"},
		{`{% for x in [1, 2, 3] %}{% cycle('odd', 'even') %} {% endfor %}`, "odd even odd "},
		{`{% for x in [1, 2, 3, 4] %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}`, "2"},
		{`{% if "true" in UserAttribute['eligible'] %}true block{% elif "false" in UserAttribute['eligible'] %}false block{% endif %}`, "true block"},
		{`{% if UserAttribute['orders']|int > 0 %}a{% endif %}{% if UserAttribute['orders']|int != 0 %}b{% endif %}`, "ab"},
		{`{{ '{{' }} {# comment #}`, "{{ "},
		{`{{ 7 + 2 }} {{ 7 - 2 }} {{ 7 / 2 }} {{ 7 % 2 }} {{ 7 * 2 }} {{ [1] + [2] }}`, "9 5 3.5 1 14 [1, 2]"},
		// Filters.
		{`{{UserAttribute['u_n']|title}} {{UserAttribute['u_n']|upper}} {{UserAttribute['u_n']|lower}} {{UserAttribute['u_fn']|capitalize}}`, "Jo Doe JO DOE jo doe Jo"},
		{`{{UserAttribute['u_fn']|replace("jo","ma")}} {{UserAttribute['u_n']|length}} {{UserAttribute['orders']|int}} {{UserAttribute['score']|string}} {{UserAttribute['score']|round(1)}}`, "ma 6 3 42.55 42.5"},
		{`{{"+91" + UserAttribute['Mobile Number']|default('NA')}}`, "+91+919876543210"},
		{`{{UserAttribute['Mobile Number'][-10:]|default('NA')}}`, "9876543210"},
		{`{{'14/10/2020'|dateFormatter('%m/%d/%Y')}} {{'12/10/2020'|days('14/10/2020')}} {{'%m/%d/%Y'|today('EST')}}`, "10/14/2020 2 11/22/2026"},
		{`{{ "2012-01-19 17:21:00 CST" |dateTimeFormatter(tzOffset=-330)}}`, "2012-01-19 11:51:00 AM"},
		{`{{ "2012-01-19 17:21:00 CST" |dateTimeFormatter(timeZone='Asia/Kolkata')}}`, "2012-01-19 22:51:00 PM"},
		{`{{UserAttribute['First Seen']|dateTimeFormatter(toFormat='%Y-%m-%d %H:%M', timeZone='Asia/Tokyo',tzOffset=UserAttribute['User Time Zone Offset (Mins)'])}}`, "2012-01-19 22:51"},
		{`{{UserAttribute['First Seen']|dateTimeFormatter(toFormat='%Y-%m-%d %H:%M', timeZone='Asia/Tokyo',tzOffset=-1000)}}`, "2012-01-20 02:21"},
		{`{{UserAttribute['First Seen']|dateTimeFormatter(toFormat='%Y-%m-%d %H:%M', timeZone='Asia/Tokyo',tzOffset=UserAttribute['nope'])}}`, "2012-01-20 02:21"},
		{`{%set UserEmail=UserAttribute['Email']%}{{UserEmail|convertToSHA256NoSalt()}}`, "f4e19df2e6c609fbd59a42b9063d0fadf44260218531ea21ad8c575f205c0453"},
		{`{{ 'a b&c'|urlencode }} {{ 'a%20b%26c'|urldecode }} {{ 'abc'|base64encode }} {{ 'YWJj'|base64decode }}`, "a%20b%26c a b&c YWJj abc"},
		// Methods of Python.
		{`{{ 255.bit_length() }} {{ [1, 2, 1].count(1) }} {{ [1, 2].index(2) }} {{ [1, 2].pop() }} {{ (2.0).is_integer() }}`, "8 2 1 2 True"},
		{`{% set l = [] %}{{ l.append('x')|replace('None', '') }}{{ l }}`, "['x']"},
	} {
		quoted, err := json.Marshal(c.source)
		if err != nil {
			t.Fatal(err)
		}
		tmpl := mustCompile(t, `{"a":`+string(quoted)+`}`, Options{})
		out, err := tmpl.Render(nil, &Data{LineID: testLineID, Attributes: moengageUser, Now: exampleNow,
			Event:    Map(map[string]any{"Add to Cart. Product Name": "Tea", "MOE_TRIGGER_EVENT.Add to Cart. Product Id": 9}),
			Campaign: Map(map[string]any{"Flow Name": "welcome"})})
		var skip *Skip
		got := ""
		switch {
		case errors.As(err, &skip):
			got = skip.Reason + " " + skip.Name
		case err != nil:
			t.Errorf("%s: %v", c.source, err)
			continue
		default:
			got = decode(t, string(out)).(map[string]any)["a"].(string)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s\n%s", c.source, diff)
		}
	}
}

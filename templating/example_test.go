package templating_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/linecast/linecast/templating"
)

// A campaign's body is compiled once and rendered for each recipient.
func Example() {
	body := `{"messages":[{"type":"text","text":"Hi {{UserAttribute['First Name']}}, {{UserAttribute['points']|default(0)|number}} points!"}]}`
	tmpl, err := templating.Compile(body, templating.Options{OnMissing: templating.MissingSkip})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("needs", tmpl.Required(), "static", tmpl.Static())

	var buf []byte
	for _, attributes := range []string{
		`{"First Name": "Aki \"Ace\"", "points": 1250}`,
		`{"First Name": "\"},{\"type\":\"text\",\"text\":\"pwned"}`,
		`{"points": 7}`,
	} {
		buf, err = tmpl.RenderPush(buf[:0], &templating.Data{
			LineID:     "U4af4980629f9a3d7b1a2c3d4e5f60718",
			Attributes: templating.JSON([]byte(attributes)),
			Now:        time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		})
		if skip, ok := errors.AsType[*templating.Skip](err); ok {
			fmt.Println(skip.Reason, skip.Name)
			continue
		}
		fmt.Printf("%s\n", buf)
	}
	// Output:
	// needs [First Name] static true
	// {"to":"U4af4980629f9a3d7b1a2c3d4e5f60718","messages":[{"type":"text","text":"Hi Aki \"Ace\", 1,250 points!"}]}
	// {"to":"U4af4980629f9a3d7b1a2c3d4e5f60718","messages":[{"type":"text","text":"Hi \"},{\"type\":\"text\",\"text\":\"pwned, 0 points!"}]}
	// missing_attribute First Name
}

// Recipients whose messages are equal can share one multicast.
func ExampleTemplate_RenderShared() {
	tmpl, err := templating.Compile(`{"to":"{{UserAttribute['line_id']}}","messages":[{"type":"text","text":"{{UserAttribute['city']}} opens today"}]}`, templating.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	groups := map[string][]string{}
	for id, city := range map[string]string{"U1": "Osaka", "U2": "Tokyo"} {
		shared, err := tmpl.RenderShared(nil, &templating.Data{LineID: id, Attributes: templating.Map(map[string]any{"city": city})})
		if err != nil {
			fmt.Println(err)
			return
		}
		groups[string(shared)] = append(groups[string(shared)], id)
	}
	osaka := `"messages":[{"type":"text","text":"Osaka opens today"}]`
	fmt.Println(len(groups), "groups")
	fmt.Printf("%s\n", templating.AppendMulticast(nil, groups[osaka], []byte(osaka)))
	// Output:
	// 2 groups
	// {"to":["U1"],"messages":[{"type":"text","text":"Osaka opens today"}]}
}

// A mistake names its place and what to do.
func ExampleCompile() {
	_, err := templating.Compile("{\"messages\":[\n {\"text\":\"Hi {{first_name}}\"}]}", templating.Options{})
	fmt.Println(err)
	// Output:
	// template.unknown_name: line 2, column 16: 'first_name' is not set here; did you mean UserAttribute['first_name']?
}

package message_test

import (
	"fmt"

	"github.com/linecast/linecast/line/message"
)

// A body is checked as it would be sent. Each finding says where and what.
func Example() {
	body := []byte(`{
  "to": "U0123456789abcdef0123456789abcdef",
  "messages": [
    {"type": "text", "text": ""},
    {"type": "image", "originalContentUrl": "http://example.com/a.jpg", "previewImageUrl": "https://example.com/b.jpg"},
    {"type": "text", "text": "Bye", "colour": "#06C755"}
  ]
}`)
	findings := message.Check(body)
	for _, f := range findings {
		fmt.Println(f.Severity, f.Code, f.Path)
		fmt.Println("  ", f.Detail)
	}
	fmt.Println("LINE would refuse it:", message.HasError(findings))
	// Output:
	// error empty /messages/0/text
	//    text is empty; LINE wants text in it
	// error bad_url /messages/1/originalContentUrl
	//    originalContentUrl "http://example.com/a.jpg" has the scheme "http"; LINE takes https here
	// warning unknown_field /messages/2/colour
	//    colour is not a field of a text message
	// LINE would refuse it: true
}

// Lengths are counted as LINE counts them: here in characters people see, of
// which a family is one.
func ExampleCheckMessages() {
	for _, label := range []string{"👨‍👩‍👧‍👦 for the whole family", "👨‍👩‍👧‍👦 for the family"} {
		findings := message.CheckMessages([]byte(`[{"type": "template", "altText": "Picnic", "template": {
			"type": "buttons", "text": "Picnic", "actions": [{"type": "message", "label": "` + label + `", "text": "Yes"}]}}]`))
		fmt.Println(label, len(findings) == 0)
		for _, f := range findings {
			fmt.Println("  ", f.Detail)
		}
	}
	// Output:
	// 👨‍👩‍👧‍👦 for the whole family false
	//    label has 22 characters; LINE allows 20
	// 👨‍👩‍👧‍👦 for the family true
}

package line_test

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
)

// A push goes out once, however often it is sent with the same key.
func Example() {
	ctx := context.Background()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		panic(err)
	}
	if err := sim.Start("127.0.0.1:0"); err != nil {
		panic(err)
	}
	defer sim.Stop(ctx)
	client, err := line.NewClient(line.Options{APIBase: sim.URL(), Token: simulator.Demo().Token})
	if err != nil {
		panic(err)
	}
	defer client.Close()

	body := []byte(`{"to":"` + simulator.UserID(7) + `","messages":[{"type":"text","text":"สวัสดี Hanako"}]}`)
	key := uuid.MustParse("123e4567-e89b-12d3-a456-426614174000")
	for range 2 {
		answer := client.Push(ctx, body, key)
		verdict := line.Judge(answer)
		fmt.Println(answer.Status, verdict.Outcome, verdict.Reason)
	}
	answer := client.Push(ctx, []byte(`{"to":"Hanako","messages":[{"type":"text","text":"Hello"}]}`), uuid.New())
	fmt.Println(answer.Status, line.Judge(answer).Outcome, "-", answer.Text())
	// Output:
	// 200 accepted accepted
	// 409 accepted already_accepted
	// 400 bad_recipient - The property, 'to', in the request body is invalid (line: -, column: -)
}

// A webhook is checked on its raw bytes before anything is read of it.
func ExampleParseWebhook() {
	secret := "8c570fa6dd201bb328f1c1eac23a96d8"
	body := []byte(`{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[{"type":"unfollow","timestamp":1705891467176,` +
		`"source":{"type":"user","userId":"U3d3edab4f36c6292e6d8a8131f141b8b"}}]}`)
	if !line.ValidSignature([]string{secret}, line.Sign(secret, body), body) {
		return
	}
	webhook, err := line.ParseWebhook(body)
	if err != nil {
		panic(err)
	}
	for _, e := range webhook.Events {
		fmt.Println(e.Type, line.ShortUserID(e.Source.UserID), e.At)
	}
	// Output: unfollow U3d3…1b8b 2024-01-22 02:44:27.176 +0000 UTC
}

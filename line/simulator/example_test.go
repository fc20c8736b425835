package simulator_test

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
)

// A message is accepted, the answer is lost on its way, and the sender learns
// by trying again that nothing need be done.
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

	user := simulator.UserID(1)
	body := []byte(`{"to":"` + user + `","messages":[{"type":"text","text":"Hello"}]}`)
	key := uuid.MustParse("123e4567-e89b-12d3-a456-426614174000")
	if err := sim.SetFaults(simulator.Faults{CutRate: 1}); err != nil {
		panic(err)
	}
	fmt.Println(line.Judge(client.Push(ctx, body, key)).Outcome)
	if err := sim.SetFaults(simulator.Faults{}); err != nil {
		panic(err)
	}
	fmt.Println(line.Judge(client.Push(ctx, body, key)).Reason)

	account := sim.Account(simulator.Demo().ID)
	for _, r := range account.Received(user) {
		fmt.Println("received once, by", r.Kind, r.RetryKey)
	}
	fmt.Println("conflicts:", account.Stats().Conflicts)
	// Output:
	// retry
	// already_accepted
	// received once, by push 123e4567-e89b-12d3-a456-426614174000
	// conflicts: 1
}

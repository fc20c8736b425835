package message_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/line/message"
)

// A program that reads findings as JSON gets what was found.
func TestFindingsAsJSON(t *testing.T) {
	t.Parallel()
	found := message.Check([]byte(`{"messages":[{"type":"text","colour":"red"}]}`))
	raw, err := json.Marshal(found)
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	var read []message.Finding
	if err := json.Unmarshal(raw, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(found, read); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`[{"severity":"fatal"}]`), &read); err == nil {
		t.Error("a severity that there is not was read")
	}
}

package delivery

import (
	"encoding/json"

	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// Worst is somebody made up who has the longest value of each attribute at
// once: who is fine is no proof for the others, and this is. people are the
// users that extremes name. ok is false when one real user is that already.
func Worst(extremes []Extreme, people []Recipient) (r Recipient, ok bool) {
	byID := map[ref.User]map[string]json.RawMessage{}
	for i := range people {
		var attributes map[string]json.RawMessage
		_ = json.Unmarshal(people[i].Attributes, &attributes) // what is no object holds nothing
		byID[people[i].ID] = attributes
	}
	r.LineID, r.UserID = SampleLineID, "c-1001"
	all, owners := map[string]json.RawMessage{}, map[ref.User]bool{}
	for _, e := range extremes {
		for _, name := range templating.Aliases(e.Name) {
			if value, has := byID[e.Longest][name]; has && string(value) != "null" {
				all[name], owners[e.Longest] = value, true
				break
			}
		}
	}
	r.Attributes, _ = json.Marshal(all) // of raw JSON: it cannot fail
	return r, len(owners) > 1
}

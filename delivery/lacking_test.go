package delivery_test

import (
	"testing"

	"github.com/linecast/linecast/delivery"
)

func TestTooMany(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		lacking delivery.Lacking
		percent int
		want    string
	}{
		{"nobody", delivery.Lacking{Of: 500}, 20, ""},
		{"as many as may", delivery.Lacking{Of: 500, Lack: map[string]int64{"city": 100}}, 20, ""},
		{"one more", delivery.Lacking{Of: 500, Lack: map[string]int64{"city": 100, "name": 1}}, 20,
			"101 of the first 500 recipients lack what the message prints (city 100, name 1): resume to skip them and send to the others, or cancel and give a copy a default"},
		{"everybody", delivery.Lacking{Of: 600, Lack: map[string]int64{"name": 600}}, 99,
			"600 of the first 600 recipients lack what the message prints (name 600): resume to skip them and send to the others, or cancel and give a copy a default"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.lacking.TooMany(tt.percent); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

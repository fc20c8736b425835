package delivery_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/ref"
)

func rehearser(t *testing.T, body string, o campaign.Options) *delivery.Rehearser {
	t.Helper()
	c, err := delivery.NewComposer(campaign.Definition{Content: campaign.Content{Body: campaign.Body(body)}, Delivery: o}, delivery.Run{Clock: noon})
	if err != nil {
		t.Fatal(err)
	}
	return delivery.NewRehearser(c, delivery.Rehearsal{Recipients: 1000})
}

// What is kept is bounded, whatever the template gives as reasons, and every
// recipient is counted all the same.
func TestRehearsalIsBounded(t *testing.T) {
	t.Parallel()
	h := rehearser(t, `{"messages":[{"type":"text","text":"{% MOE_NOT_SEND(UserAttribute['n']) %}"}]}`, campaign.Options{})
	for i := range 1000 {
		r := recipient(fmt.Sprintf(`{"n": "reason %d"}`, i))
		r.ID = ref.User(i + 1)
		h.Add(&r, noon)
	}
	report := h.Finish(time.Second, noon, "")
	var total int64
	for _, r := range report.Reasons {
		total += r.Count
	}
	if first := report.Reasons[0]; len(report.Reasons) != 51 || first.Detail != "other" || first.Count != 950 || total != 1000 || report.Counts["skipped"] != 1000 {
		t.Errorf("%d reasons, the first %+v, %d in all", len(report.Reasons), first, total)
	}
}

// Those for whom the run would halt are counted, and a rehearsal that was
// stopped is not done.
func TestRehearsalHaltsAndStops(t *testing.T) {
	t.Parallel()
	h := rehearser(t, hi, campaign.Options{OnMissing: "halt"})
	for _, attributes := range []string{`{}`, `{"name":"a"}`, `{"name":"abc"}`, `{"name":"abcd"}`, `{"name":"ab"}`} {
		r := recipient(attributes)
		h.Add(&r, noon)
		copy(r.Attributes, "xxxxxxxxxxxxxxxxxxx") // the next row may overwrite it
	}
	report := h.Finish(time.Second, noon, "for a reason")
	if report.Done || report.Stopped != "for a reason" || report.Seconds != 1 {
		t.Errorf("%+v", report)
	}
	if diff := cmp.Diff(map[string]int64{"halted": 1, "sent": 4}, report.Counts); diff != "" {
		t.Error(diff)
	}
	if r := report.Reasons[1]; r.Becomes != "halted" || r.Reason != "missing_attribute" || r.Detail != "name" || r.First.Becomes != "halted" {
		t.Errorf("%+v", r)
	}
	var largest []string
	for _, p := range report.Largest {
		largest = append(largest, p.Body[len(p.Body)-12:])
	}
	if diff := cmp.Diff([]string{`"Hi abcd"}]}`, `:"Hi abc"}]}`, `":"Hi ab"}]}`}, largest); diff != "" {
		t.Error(diff)
	}
}

func TestInteresting(t *testing.T) {
	t.Parallel()
	extremes := []delivery.Extreme{
		{Attribute: delivery.Attribute{Name: "a"}, Longest: 1, Shortest: 2, Lacking: 3},
		{Attribute: delivery.Attribute{Name: "b"}, Longest: 1, Shortest: 4},
	}
	ids, why := delivery.Interesting(extremes, []delivery.Recipient{{ID: 2}, {ID: 5}}, 3)
	if diff := cmp.Diff([]ref.User{1, 3, 2}, ids); diff != "" {
		t.Error(diff)
	}
	want := map[ref.User][]string{1: {"longest a", "longest b"}, 3: {"lacks a"}, 2: {"shortest a", "one of the audience"}}
	if diff := cmp.Diff(want, why); diff != "" {
		t.Error(diff)
	}
}

// The worst of all has each longest value as it is stored; one user who is
// that already needs no double.
func TestWorst(t *testing.T) {
	t.Parallel()
	people := []delivery.Recipient{{ID: 1, Attributes: []byte(`{"u_fn": "long", "b": [1, 2.50], "c": null}`)}, {ID: 2, Attributes: []byte(`{"b": 1}`)}, {ID: 3, Attributes: []byte(`x`)}}
	at := func(name string, id ref.User) delivery.Extreme {
		return delivery.Extreme{Attribute: delivery.Attribute{Name: name}, Longest: id}
	}
	r, ok := delivery.Worst([]delivery.Extreme{at("First Name", 1), at("b", 2), at("c", 1), at("d", 3), at("e", 9)}, people)
	if !ok || string(r.Attributes) != `{"b":1,"u_fn":"long"}` || r.LineID != delivery.SampleLineID {
		t.Errorf("%s %+v", r.Attributes, ok)
	}
	if r, ok := delivery.Worst([]delivery.Extreme{at("First Name", 1), at("b", 1)}, people); ok || string(r.Attributes) != `{"b":[1,2.50],"u_fn":"long"}` {
		t.Errorf("%s %+v", r.Attributes, ok)
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	if v := delivery.Verdict(line.Answer{Status: 200}); !v.OK || v.Message != "" {
		t.Errorf("%+v", v)
	}
	if v := delivery.Verdict(line.Answer{Status: 400, Message: "Bad", Details: []line.Detail{{Message: "m"}}}); v.OK || v.Message != "Bad" || len(v.Details) != 1 {
		t.Errorf("%+v", v)
	}
	if v := delivery.Verdict(line.Answer{Err: errors.New("cut")}); v.OK || v.Message != "cut" {
		t.Errorf("%+v", v)
	}
}

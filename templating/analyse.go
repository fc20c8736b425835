package templating

import "slices"

// analyse finds which attributes the template needs and what depends on the
// recipient.
func (t *Template) analyse() {
	for _, s := range t.slots {
		t.attributes = append(t.attributes, s.names[0])
	}
	slices.Sort(t.attributes)
	t.recipient = len(t.slots) > 0
}

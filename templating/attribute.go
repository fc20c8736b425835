package templating

import (
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// slot is a user attribute the template reads, with the names it may have.
type slot struct {
	name string
	at   []int // indexes in state.found of its names, by preference
}

// scan finds the texts of all attributes the template reads in one walk over
// the user's attributes.
func (st *state) scan() {
	st.scanned = true
	st.found = append(st.found[:0], st.t.blank...)
	left := len(st.t.wanted)
	walk := jsontext.MembersOf(st.d.Attributes.text())
	for left > 0 {
		key, escaped, val, ok := walk.Next()
		if !ok {
			return
		}
		if i := st.t.want(key, escaped); i >= 0 && st.found[i] == "" {
			st.found[i] = val
			left--
		}
	}
}

// want is the index of the attribute whose key's content is key, or -1.
func (t *Template) want(key string, escaped bool) int {
	if escaped {
		key = jsontext.Unescape(key)
	}
	if t.lengths&(1<<min(uint(len(key)), 63)) == 0 {
		return -1
	}
	if len(t.wanted) > fewNames {
		if i, ok := t.wantedAt[key]; ok {
			return i
		}
		return -1
	}
	for i, w := range t.wanted {
		if w == key {
			return i
		}
	}
	return -1
}

// fewNames are compared one by one, which is faster than a map.
const fewNames = 24

// raw is the JSON text of the attribute x, or "" when it is not there.
func (st *state) raw(x *attrExpr) string {
	if x.root != rootUser {
		return find(st.values(x.root), x.name)
	}
	if !st.scanned {
		st.scan()
	}
	null := ""
	for _, i := range st.t.slots[x.slot].at {
		switch text := st.found[i]; text {
		case "":
		case "null":
			null = text
		default:
			return text
		}
	}
	return null
}

// own is the recipient's id that x reads, when it reads one.
func (st *state) own(x *attrExpr) (string, bool) {
	if x.root != rootUser {
		return "", false
	}
	switch x.name {
	case lineID:
		return st.d.LineID, true
	case userID:
		return st.d.UserID, true
	case "ID", "uid": // MoEngage's names of the brand's own id
		return st.d.UserID, st.raw(x) == ""
	}
	return "", false
}

// attribute is the value of the attribute x.
func (st *state) attribute(x *attrExpr) (value, error) {
	if id, ok := st.own(x); ok && id != "" {
		return str(id), nil
	}
	text := st.raw(x)
	if text == "" {
		return undefined(x.name), nil
	}
	v, err := st.parse(text)
	if v.k == kNone {
		v.s = x.name
	}
	return v, err
}

func (st *state) values(r root) Values {
	switch r {
	case rootUser:
		return st.d.Attributes
	case rootEvent:
		return st.d.Event
	case rootCampaign:
		return st.d.Campaign
	}
	return nil
}

// find is the text of the member name of object, or "".
func find(object Values, name string) string {
	walk := jsontext.MembersOf(object.text())
	for {
		key, escaped, val, ok := walk.Next()
		if !ok {
			return ""
		}
		if key == name || escaped && jsontext.Unescape(key) == name {
			return val
		}
	}
}

// object is the root r as an object, parsed once a rendering.
func (st *state) object(r root) (value, error) {
	if v, ok := st.whole[r]; ok {
		return v, nil
	}
	d := &dict{}
	walk := jsontext.MembersOf(st.values(r).text())
	for {
		key, _, val, ok := walk.Next()
		if !ok {
			break
		}
		v, err := st.parse(val)
		if err != nil {
			return value{}, err
		}
		if err := d.set(str(jsontext.Unescape(key)), v); err != nil {
			return value{}, err
		}
	}
	if r == rootUser {
		st.addOwn(d)
	}
	if st.whole == nil {
		st.whole = map[root]value{}
	}
	st.whole[r] = dictOf(d)
	return st.whole[r], nil
}

func (st *state) addOwn(d *dict) {
	for _, own := range [][2]string{{lineID, st.d.LineID}, {userID, st.d.UserID}} {
		if own[1] != "" {
			_ = d.set(str(own[0]), str(own[1])) // a full object is read without its ids
		}
	}
}

// parse reads one JSON value of the data. It charges for its size, so that a
// loop cannot read a long attribute again and again for nothing.
func (st *state) parse(text string) (value, error) {
	if err := st.charge(len(text)); err != nil {
		return value{}, err
	}
	if text[0] == '{' || text[0] == '[' { // its parts are walked once more
		if err := st.charge(4 * len(text)); err != nil {
			return value{}, err
		}
	}
	switch text[0] {
	case '"':
		return str(jsontext.Unescape(text[1 : len(text)-1])), nil
	case '{':
		return st.parseObject(text)
	case '[':
		return st.parseList(text)
	case 't':
		return boolean(true), nil
	case 'f':
		return boolean(false), nil
	case 'n':
		return none, nil
	}
	v, ok := parseNumber(text)
	if !ok {
		return v, errs.New("template.number_too_large", MaxDigits)
	}
	return v, nil
}

func (st *state) parseObject(text string) (value, error) {
	if st.depth++; st.depth > MaxDepth {
		return value{}, errs.New("template.too_deep", MaxDepth)
	}
	defer func() { st.depth-- }()
	d := &dict{}
	walk := jsontext.MembersOf(text)
	for {
		key, _, val, ok := walk.Next()
		if !ok {
			return dictOf(d), nil
		}
		v, err := st.parse(val)
		if err != nil {
			return v, err
		}
		if err := d.set(str(jsontext.Unescape(key)), v); err != nil {
			return value{}, err
		}
	}
}

func (st *state) parseList(text string) (value, error) {
	if st.depth++; st.depth > MaxDepth {
		return value{}, errs.New("template.too_deep", MaxDepth)
	}
	defer func() { st.depth-- }()
	var items []value
	walk := jsontext.ItemsOf(text)
	for {
		val, ok := walk.Next()
		if !ok {
			return listOf(items), nil
		}
		if len(items) == MaxItems {
			return value{}, errs.New("template.list_too_long", "a list", MaxItems)
		}
		v, err := st.parse(val)
		if err != nil {
			return v, err
		}
		if items == nil {
			items = make([]value, 0, 4)
		}
		items = append(items, v)
	}
}

// Package ref owns the ids people and programs see: a prefix that says what
// the id names, and the row's number, such as "cmp_42".
//
// The types are distinct, so a run's id cannot be passed where a campaign's is
// wanted. In PostgreSQL and in JSON they are the same thing: a bigint there, a
// prefixed string here. The package refuses bare numbers in JSON: an id that
// lost its prefix may belong to anything.
package ref

import (
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

// Kind is implemented by the empty types that give an id its prefix.
type Kind interface{ prefix() string }

// ID is the number of a row of kind K. Zero is no row.
type ID[K Kind] int64

type (
	userKind     struct{}
	channelKind  struct{}
	segmentKind  struct{}
	templateKind struct{}
	campaignKind struct{}
	runKind      struct{}
	importKind   struct{}
	listKind     struct{}
	keyKind      struct{}
	syncKind     struct{}
)

func (userKind) prefix() string     { return "usr_" }
func (channelKind) prefix() string  { return "ch_" }
func (segmentKind) prefix() string  { return "seg_" }
func (templateKind) prefix() string { return "tpl_" }
func (campaignKind) prefix() string { return "cmp_" }
func (runKind) prefix() string      { return "run_" }
func (importKind) prefix() string   { return "imp_" }
func (listKind) prefix() string     { return "lst_" }
func (keyKind) prefix() string      { return "key_" }
func (syncKind) prefix() string     { return "syn_" }

// The ids of linecast.
type (
	User     = ID[userKind]
	Channel  = ID[channelKind]
	Segment  = ID[segmentKind]
	Template = ID[templateKind]
	Campaign = ID[campaignKind]
	Run      = ID[runKind]
	Import   = ID[importKind]
	List     = ID[listKind]
	Key      = ID[keyKind]
	Sync     = ID[syncKind]
)

// String is the id as people see it, such as "cmp_42".
func (id ID[K]) String() string {
	var k K
	return k.prefix() + strconv.FormatInt(int64(id), 10)
}

// MarshalText writes String.
func (id ID[K]) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what String wrote; anything else is request.bad_id.
func (id *ID[K]) UnmarshalText(text []byte) error {
	v, err := Parse[K](string(text))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// Parse reads an id of kind K. It refuses another kind's prefix, signs,
// leading zeros and zero with request.bad_id.
func Parse[K Kind](s string) (ID[K], error) {
	var k K
	digits, ok := strings.CutPrefix(s, k.prefix())
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || n <= 0 || digits != strconv.FormatInt(n, 10) {
		return 0, errs.New("request.bad_id", s, k.prefix()+"42")
	}
	return ID[K](n), nil
}

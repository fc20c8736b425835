package templating

import (
	"strconv"
	"strings"
)

// pick is the member of item that attribute names: a path such as
// "address.city", or an index.
func (st *state) pick(item, attribute value) (value, error) {
	if i, ok := asInt(attribute); ok && attribute.k == kInt {
		return st.member(item, integer(int64(i)), &getExpr{})
	}
	path, err := st.text(attribute)
	if err != nil {
		return value{}, err
	}
	for name := range strings.SplitSeq(path, ".") {
		key := str(name)
		if n, err := strconv.ParseInt(name, 10, 32); err == nil && name != "" && name[0] != '-' && name[0] != '+' {
			key = integer(n)
		}
		if item, err = st.member(item, key, &getExpr{}); err != nil {
			return value{}, err
		}
	}
	return item, nil
}

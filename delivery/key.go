package delivery

import (
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/linecast/linecast/ref"
)

// RetryKey is the X-Line-Retry-Key of one recipient of one run: the same in
// every attempt, whatever process makes it, because it needs nothing but the
// run's namespace and the recipient. LINE executes a key once in 24 hours.
//
// namespace is random for each run. A key made of row numbers alone would
// repeat when linecast is installed anew or restored from a backup, and LINE
// would answer 409 for a message it never saw.
func RetryKey(namespace uuid.UUID, recipient ref.User) uuid.UUID {
	var name [8]byte
	binary.BigEndian.PutUint64(name[:], uint64(recipient))
	return uuid.NewSHA1(namespace, name[:])
}

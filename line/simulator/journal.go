package simulator

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"sync"
)

// journal writes the log. The first error sticks: what follows is dropped, and
// flush tells.
type journal struct {
	*sync.Mutex
	w *bufio.Writer // nil: no log
}

func newJournal(w io.Writer) journal {
	j := journal{Mutex: new(sync.Mutex)}
	if w != nil {
		j.w = bufio.NewWriterSize(w, 64<<10)
	}
	return j
}

// write appends the line of one entry.
func (j journal) write(channel string, e *entry) {
	if j.w == nil {
		return
	}
	j.Lock()
	defer j.Unlock()
	b := j.w.AvailableBuffer()
	b = append(b, `{"at":`...)
	b = strconv.AppendInt(b, e.at, 10)
	b = append(b, `,"channel":`...)
	b = strconv.AppendQuote(b, channel)
	b = append(b, `,"kind":"`...)
	b = append(b, e.kind.String()...)
	b = append(b, `","to":"`...)
	b = append(b, e.to.String()...)
	b = append(b, `","retry_key":"`...)
	if e.keyed {
		b = append(b, e.key.String()...)
	}
	b = append(b, `","body_hash":"`...)
	b = append(b, hexHash(e.hash)...)
	b = append(b, `","request_id":"`...)
	b = append(b, requestID(e.request).String()...)
	_, _ = j.w.Write(append(b, "\"}\n"...))
}

// flush writes out what is buffered.
func (j journal) flush() error {
	if j.w == nil {
		return nil
	}
	j.Lock()
	defer j.Unlock()
	if err := j.w.Flush(); err != nil {
		return fmt.Errorf("simulator: writing the log: %w", err)
	}
	return nil
}

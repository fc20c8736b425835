package main

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// meter shows how far something is: a bar on a terminal, a plain line now and
// then in a log. mpb writes nothing at all into a pipe, so lines are ours.
type meter struct {
	every time.Duration
	last  time.Time
	out   io.Writer
	bars  *mpb.Progress // nil: plain lines
	bar   *mpb.Bar
	text  atomic.Pointer[string] // beside the bar, which draws itself
	json  bool
}

// plainEvery is how often a log gets a line.
const plainEvery = 5 * time.Second

// newMeter begins; end must be called.
func (c *cli) newMeter(ctx context.Context, name string, every time.Duration) *meter {
	m := &meter{every: every, out: c.talk, json: c.json, last: time.Now()}
	if c.lively() {
		m.text.Store(new(string))
		m.bars = mpb.NewWithContext(ctx, mpb.WithOutput(c.talk), mpb.WithWidth(40))
		m.bar = m.bars.AddBar(0, mpb.PrependDecorators(decor.Name(name+" ")),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + *m.text.Load() })))
	}
	return m
}

// show says that done of total are done. v is what --json prints.
func (m *meter) show(done, total int64, text string, v any) {
	if m.bars != nil {
		m.text.Store(&text)
		m.bar.SetTotal(max(total, done, 1), false)
		m.bar.SetCurrent(done)
		return
	}
	if time.Since(m.last) < m.every {
		return
	}
	m.last = time.Now()
	if m.json {
		fmt.Fprintln(m.out, encoded(v))
		return
	}
	fmt.Fprintln(m.out, "  "+text)
}

// end leaves the bar as it is.
func (m *meter) end() {
	if m.bars == nil {
		return
	}
	if !m.bar.Completed() {
		m.bar.Abort(false)
	}
	m.bars.Wait()
}

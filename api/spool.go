package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how many bytes a spool keeps in memory before it uses a file.
const spoolMemory = 4 << 20

// spool holds an answer that may become large until it may be sent. Its file
// has no name from the start, so that nothing is left whatever happens.
type spool struct {
	memory bytes.Buffer
	file   *os.File
	limit  int
}

func newSpool() *spool { return &spool{limit: spoolMemory} }

// Write keeps p.
func (s *spool) Write(p []byte) (int, error) {
	if s.file == nil && s.memory.Len()+len(p) > s.limit {
		if err := s.open(); err != nil {
			return 0, err
		}
	}
	if s.file != nil && s.memory.Len() > 0 {
		if _, err := s.memory.WriteTo(s.file); err != nil {
			return 0, err
		}
	}
	if s.file != nil {
		return s.file.Write(p)
	}
	return s.memory.Write(p)
}

func (s *spool) open() error {
	f, err := os.CreateTemp("", "linecast-answer-*")
	if err != nil {
		return fmt.Errorf("open a file for a large answer: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return errors.Join(fmt.Errorf("hide the file of a large answer: %w", err), f.Close())
	}
	s.file = f
	return nil
}

// WriteTo hands out what was kept, once.
func (s *spool) WriteTo(w io.Writer) (int64, error) {
	if s.file == nil {
		return s.memory.WriteTo(w)
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	return io.Copy(w, s.file)
}

// Close frees what the spool holds. Closing it twice is fine.
func (s *spool) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

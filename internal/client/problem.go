package client

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/linecast/linecast/errs"
)

// Problem is a refusal, as the server explained it (RFC 9457).
type Problem struct {
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Code      string  `json:"code"`
	Detail    string  `json:"detail"`
	Fix       string  `json:"fix"`
	Errors    []Place `json:"errors,omitempty"`
	RequestID string  `json:"request_id,omitempty"`
}

// Place is one mistake of a request.
type Place struct {
	Pointer string `json:"pointer,omitempty"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

// Error is the problem in one line.
func (p *Problem) Error() string {
	text := p.Code + ": " + p.Detail
	if p.RequestID != "" {
		text += " (request " + p.RequestID + ")"
	}
	return text
}

// problemLimit is the most of a refusal that is read.
const problemLimit = 1 << 20

// problem reads a refusal. One that is no problem document comes from
// something else: a proxy, or a server that is not linecast.
func (c *Client) problem(answer *http.Response) error {
	raw, err := io.ReadAll(io.LimitReader(answer.Body, problemLimit))
	foreign := errs.New("client.foreign", c.o.URL, answer.StatusCode)
	if err != nil {
		return foreign.Because(err)
	}
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "application/problem+json") {
		return foreign
	}
	var p Problem
	if err := json.Unmarshal(raw, &p); err != nil || p.Code == "" {
		return foreign
	}
	p.Status = answer.StatusCode
	return &p
}

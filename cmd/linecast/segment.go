package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/internal/strictjson"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

func newSegment(c *cli) *cobra.Command {
	return group("segment", "Say who: make, list and count segments",
		c.talking(newSegmentCreate(c), newSegmentList(c), newSegmentCount(c))...)
}

func newSegmentCreate(c *cli) *cobra.Command {
	var name string
	cmd := &cobra.Command{Use: "create FILE", Short: "Store the segment in a JSON file; - reads standard input", Args: takes,
		Example: `  echo '{"attribute": "tier", "is": "in", "value": ["gold"]}' | linecast segment create - --name gold`,
		RunE: c.with(func(ctx context.Context, api *client.Client, args []string) error {
			if name == "" {
				return errs.New("cli.bad_flag", "--name is missing: it is what people call the segment")
			}
			definition, err := c.readJSON(args[0])
			if err != nil {
				return err
			}
			s, err := post[segment.Stored](ctx, api, "segments", map[string]any{"name": name, "definition": definition})
			if err != nil {
				return err
			}
			c.print(s, func() { c.printf("%s %s\n", s.ID, s.Name) })
			return nil
		})}
	cmd.Flags().StringVar(&name, "name", "", "what people call it")
	return cmd
}

// readJSON reads a file of JSON.
func (c *cli) readJSON(name string) (json.RawMessage, error) {
	raw, err := c.readFile(name)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, errs.New("cli.file", name+" is empty")
	}
	var value json.RawMessage
	if syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(raw, &value)); ok {
		line, column := strictjson.Place(raw, int(syntax.Offset)-1)
		return nil, errs.New("cli.file", fmt.Sprintf("%s is not JSON: line %d, column %d: %s", name, line, column, syntax))
	}
	return raw, nil
}

func (c *cli) readFile(name string) ([]byte, error) {
	file, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	if err != nil {
		return nil, errs.New("cli.file", err.Error())
	}
	return raw, nil
}

func newSegmentList(c *cli) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List segments with their last counts", Args: takes,
		RunE: c.with(func(ctx context.Context, api *client.Client, _ []string) error {
			return c.table(client.List(ctx, api, "segments", 0), "ID\tNAME\tUSERS\tCOUNTED", columns(func(s segment.Stored) []any {
				users := "–"
				if s.LastCount != nil {
					users = count(*s.LastCount)
				}
				return []any{s.ID, s.Name, users, when(s.CountedAt)}
			}))
		})}
}

// counted is what counting a segment answers.
type counted struct {
	Count     int64     `json:"count"`
	CountedAt time.Time `json:"counted_at"`
}

func newSegmentCount(c *cli) *cobra.Command {
	return &cobra.Command{Use: "count SEGMENT", Short: "Count who is in a segment now", Args: takes,
		RunE: c.with(func(ctx context.Context, api *client.Client, args []string) error {
			var id ref.Segment
			if err := id.UnmarshalText([]byte(args[0])); err != nil {
				return err
			}
			n, err := post[counted](ctx, api, "segments/"+id.String()+"/count", nil)
			if err != nil {
				return err
			}
			c.print(n, func() { c.printf("%d\n", n.Count) })
			return nil
		})}
}

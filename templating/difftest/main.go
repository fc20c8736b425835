// Command difftest compares the template language with Jinja.
//
// It makes random templates and contexts, renders each with package templating
// and with Jinja 3.1 in one Python process (../testdata/oracle.py), and prints
// the pairs whose outcomes differ without an explanation listed in
// docs/templating-deviations.md.
//
//	go run ./templating/difftest -n 100000
//
// It needs python3 with jinja2 3.1; the tests of the package do not.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sort"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating"
)

func main() {
	n := flag.Int("n", 100_000, "pairs to compare")
	users := flag.Int("users", 5, "users that each template is rendered for")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the random templates")
	python := flag.String("python", "python3", "the Python to use")
	oracle := flag.String("oracle", "templating/testdata/oracle.py", "the oracle")
	show := flag.Int("show", 20, "differences to print")
	flag.Parse()
	if err := run(*n, *users, *seed, *show, *python, *oracle); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n, users int, seed uint64, show int, python, oracle string) error {
	jinja, err := start(python, oracle)
	if err != nil {
		return err
	}
	defer jinja.stop()
	fmt.Println("seed", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	g := &generator{r: r}
	tally := map[string]int{}
	different := 0
	for i := 0; i < n; {
		t := compile(g.template())
		for range min(users, n-i) {
			user := randomUser(r)
			ours := t.render(user)
			theirs, why, err := jinja.compare(t.source, user, ours)
			if err != nil {
				return fmt.Errorf("asking the oracle about %q: %w", t.source, err)
			}
			i++
			if tally[why]++; why != "" {
				continue
			}
			if different++; different <= show {
				fmt.Printf("\n#%d %q\n  user   %s\n  jinja  %v\n  ours   %v\n", i, t.source, user, theirs, ours)
			}
		}
	}
	report(tally, n)
	if different > 0 {
		return fmt.Errorf("%d of %d pairs differ without an explanation", different, n)
	}
	return nil
}

func report(tally map[string]int, n int) {
	names := make([]string, 0, len(tally))
	for name := range tally {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Printf("\n%d pairs\n", n)
	for _, name := range names {
		label := name
		if label == "" {
			label = "DIFFERENT"
		}
		fmt.Printf("%8d  %s\n", tally[name], label)
	}
}

// outcome is what a rendering came to.
type outcome struct {
	OK      *string `json:"ok,omitempty"`
	Missing *string `json:"missing,omitempty"`
	Skip    *string `json:"skip,omitempty"`
	Error   string  `json:"error,omitempty"`
	Msg     string  `json:"msg,omitempty"`
	atSave  bool    // the error was Compile's
}

func (o outcome) String() string {
	switch {
	case o.OK != nil:
		return fmt.Sprintf("%q", *o.OK)
	case o.Missing != nil:
		return "missing " + *o.Missing
	case o.Skip != nil:
		return "skip " + *o.Skip
	}
	return o.Error + ": " + o.Msg
}

// template is a source as the package compiles it. It stands in a string of a
// JSON body, so escaping and reading back are compared as well.
type template struct {
	source   string
	compiled *templating.Template
	err      error // Compile's
}

func compile(source string) template {
	quoted, err := json.Marshal(source)
	if err != nil {
		return template{source: source, err: err}
	}
	t, err := templating.Compile(`{"messages":[{"type":"text","text":`+string(quoted)+`}]}`, templating.Options{})
	return template{source, t, err}
}

// render is the package's outcome.
func (t template) render(user json.RawMessage) outcome {
	var out []byte
	err := t.err
	if err == nil {
		out, err = t.compiled.Render(nil, &templating.Data{Attributes: templating.JSON(user)})
	}
	var skip *templating.Skip
	switch {
	case errors.As(err, &skip) && skip.Reason == templating.MissingAttribute:
		return outcome{Missing: &skip.Name}
	case errors.As(err, &skip):
		return outcome{Skip: &skip.Name}
	case err != nil:
		e := errs.From(err)
		return outcome{Error: e.Code, Msg: err.Error(), atSave: t.err != nil}
	}
	var body struct{ Messages []struct{ Text string } }
	if err := json.Unmarshal(out, &body); err != nil {
		return outcome{Error: "not JSON", Msg: err.Error() + " in " + string(out)}
	}
	return outcome{OK: &body.Messages[0].Text}
}

// jinja is the Python process.
type jinja struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(python, oracle string) (*jinja, error) {
	cmd := exec.CommandContext(context.Background(), python, oracle, "serve")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("opening the oracle's input: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("opening the oracle's output: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the oracle: %w", err)
	}
	return &jinja{cmd, in, bufio.NewReaderSize(out, 1<<20)}, nil
}

// compare asks what Jinja makes of source for user and says why ours may
// differ; "" is no reason.
func (j *jinja) compare(source string, user json.RawMessage, ours outcome) (theirs outcome, why string, err error) {
	if theirs, err = j.render(source, user, false); err != nil {
		return theirs, "", err
	}
	why = explain(source, ours, theirs)
	if why != "" || !hasNull(user) {
		return theirs, why, nil
	}
	missing, err := j.render(source, user, true)
	if err == nil && explain(source, ours, missing) != "" {
		return missing, "null is missing", nil
	}
	return theirs, "", err
}

// render is what Jinja makes of source for user; null treats attributes that
// are null as missing.
func (j *jinja) render(source string, user json.RawMessage, null bool) (outcome, error) {
	var o outcome
	line, err := json.Marshal(map[string]any{"t": source, "c": map[string]any{"UserAttribute": user}, "null": null})
	if err != nil {
		return o, err
	}
	if _, err := j.in.Write(append(line, '\n')); err != nil {
		return o, err
	}
	answer, err := j.out.ReadBytes('\n')
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(answer, &o)
}

func (j *jinja) stop() {
	_ = j.in.Close()
	_ = j.cmd.Wait()
}

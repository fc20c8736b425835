package templating

import (
	"errors"
	"fmt"
	"strings"

	"github.com/linecast/linecast/errs"
)

// param is a parameter of a filter. Without a default it must be given.
type param struct {
	name     string
	def      value
	required bool
	advice   advice // nil when any text will do
}

// advice looks, when a template is compiled, at the text that a parameter is
// given there: it finds a mistake, or something odd to lint.
type advice func(text string) (mistake *errs.Error, lint string)

// with is p with advice on constant arguments.
func (p param) with(a advice) param {
	p.advice = a
	return p
}

// need is a parameter that must be given; opt is one that may be left out.
func need(name string) param           { return param{name: name, required: true} }
func opt(name string, def value) param { return param{name: name, def: def} }

// boundArgs are the arguments of a filter in the order of its parameters, as
// far as they can be told when the template is compiled.
type boundArgs struct {
	params []param
	fixed  []expr // one a parameter; nil takes the default
	rest   []expr // further ones, of a filter that takes any number
	names  []string
	kw     []expr
}

// args are arguments with their values. They live on the state's stack.
type args struct {
	fixed   []value
	rest    []value
	names   []string
	kw      []value
	stacked int
}

// bind puts call's arguments in the order of params.
func bind(params []param, variadic bool, call callArgs) (boundArgs, error) {
	b := boundArgs{params: params, fixed: make([]expr, len(params))}
	n := copy(b.fixed, call.pos)
	if n < len(call.pos) {
		if !variadic {
			return b, errors.New(argumentCount(len(params), len(call.pos)))
		}
		b.rest = call.pos[n:]
	}
	for i, name := range call.names {
		at := indexOfParam(params, name)
		switch {
		case at < 0 && variadic:
			b.names, b.kw = append(b.names, name), append(b.kw, call.kw[i])
		case at < 0:
			return b, fmt.Errorf("it has no argument %s%s", name, knownParams(params))
		case b.fixed[at] != nil:
			return b, fmt.Errorf("the argument %s is given twice", name)
		default:
			b.fixed[at] = call.kw[i]
		}
	}
	for i, p := range params {
		if p.required && b.fixed[i] == nil {
			return b, fmt.Errorf("the argument %s is missing", p.name)
		}
	}
	return b, nil
}

func indexOfParam(params []param, name string) int {
	for i, p := range params {
		if p.name == name {
			return i
		}
	}
	return -1
}

func knownParams(params []param) string {
	if len(params) == 0 {
		return ""
	}
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.name
	}
	return "; it has " + strings.Join(names, ", ")
}

func argumentCount(want, got int) string { return argumentRange(want, want, got) }

// argumentRange says how many arguments there may be, and how many there are.
func argumentRange(least, most, got int) string {
	switch {
	case most == 0:
		return fmt.Sprintf("takes no arguments, got %d", got)
	case most == 1 && least == 1:
		return fmt.Sprintf("takes one argument, got %d", got)
	case least == most:
		return fmt.Sprintf("takes %d arguments, got %d", most, got)
	}
	return fmt.Sprintf("takes %d to %d arguments, got %d", least, most, got)
}

func (b *boundArgs) eval(st *state) (args, error) {
	var a args
	var err error
	if a.fixed, err = st.stack(b.fixed); err != nil {
		return a, err
	}
	for i, x := range b.fixed {
		if x == nil {
			a.fixed[i] = b.params[i].def
		}
	}
	if a.rest, err = st.stack(b.rest); err != nil {
		return a, err
	}
	a.names = b.names
	if a.kw, err = st.stack(b.kw); err != nil {
		return a, err
	}
	a.stacked = len(a.fixed) + len(a.rest) + len(a.kw)
	return a, nil
}

// callArgs evaluates the arguments of a method or function: all of them are
// rest, since their number is checked by what is called.
func (st *state) callArgs(c callArgs) (args, error) {
	pos, err := st.stack(c.pos)
	if err != nil {
		return args{}, err
	}
	kw, err := st.stack(c.kw)
	return args{rest: pos, names: c.names, kw: kw, stacked: len(pos) + len(kw)}, err
}

// named is the argument called name, for functions with open parameters.
func (a *args) named(name string) (value, bool) {
	for i, n := range a.names {
		if n == name {
			return a.kw[i], true
		}
	}
	return value{}, false
}

// fit checks the number of positional arguments of a method and refuses named
// ones.
func (a *args) fit(name string, least, most int) error {
	if len(a.names) > 0 {
		return typeError("%s() takes no keyword arguments", name)
	}
	if n := len(a.rest); n < least || n > most {
		return typeError("%s() %s", name, argumentRange(least, most, n))
	}
	return nil
}

func typeError(format string, args ...any) error {
	return errs.New("template.type", fmt.Sprintf(format, args...))
}

func valueError(format string, args ...any) error {
	return errs.New("template.value", fmt.Sprintf(format, args...))
}

package api

import (
	"encoding"
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/internal/strictjson"
)

// bind fills the input struct that into points at. It names every parameter
// that is wrong, and then every mistake of the body.
func (p *inputPlan) bind(r *request, into any) error {
	v := reflect.ValueOf(into).Elem()
	problems := p.unknownQuery(r)
	for _, param := range p.params {
		values, err := r.values(param)
		if err == nil && len(values) > 0 {
			err = setField(v.FieldByIndex(param.index), param.name, values)
		}
		if err != nil {
			problems = append(problems, problemAt(err, param))
		}
	}
	if len(problems) > 0 {
		return errs.Several("request.invalid", problems)
	}
	if b, ok := into.(interface{ bound(*request) }); ok {
		b.bound(r)
	}
	return p.bindBody(r, v)
}

func (p *inputPlan) bindBody(r *request, v reflect.Value) error {
	switch {
	case p.streams:
		v.FieldByIndex(p.body).Set(reflect.ValueOf(r.content))
	case p.body != nil:
		v.FieldByIndex(p.body).SetBytes(r.body)
	case p.json && len(r.body) == 0:
		// A body of optional fields may be left out; a required one is missed.
		return strictjson.Decode([]byte("{}"), v.Addr().Interface())
	case p.json:
		return strictjson.Decode(r.body, v.Addr().Interface())
	case len(r.body) > 0:
		return strictjson.Decode(r.body, &struct{}{}) // names what the route would ignore
	}
	return nil
}

// unknownQuery names query parameters that the route does not have. The routes
// for everybody (/healthz, /docs) let them pass: probes add some.
func (p *inputPlan) unknownQuery(r *request) (problems []*errs.Error) {
	if r.route.Scope == access.Anyone {
		return nil
	}
	for name := range r.c.QueryParams() {
		if !slices.Contains(p.query, name) {
			hint := nearest.Hint(name, p.query)
			problems = append(problems, errs.New("request.unknown_parameter", name, hint).At("?"+name))
		}
	}
	slices.SortFunc(problems, func(a, b *errs.Error) int { return strings.Compare(a.Pointer, b.Pointer) })
	return problems
}

// values is what the request has for a parameter, in the form it was meant.
func (r *request) values(p param) ([]string, error) {
	var values []string
	switch p.in {
	case "query":
		values = r.c.QueryParams()[p.name]
	case "header":
		values = r.c.Request().Header.Values(p.name)
	default:
		value, err := r.pathValue(p.name)
		if err != nil {
			return nil, err
		}
		values = []string{value}
	}
	for _, value := range values {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return nil, errs.New("request.bad_value", p.name, "it is not UTF-8 text that can be stored")
		}
	}
	return values, nil
}

// pathValue decodes a part of the path. Echo routes on the raw path when there
// is one, and then gives its parts undecoded; it also gives the last part of
// a route all the rest of the path, slashes included, and takes an empty part
// for one.
func (r *request) pathValue(name string) (string, error) {
	value := r.c.Param(name)
	in := r.c.Request()
	if value == "" || strings.Contains(value, "/") {
		return "", errs.New("route.not_found", in.Method, in.URL.EscapedPath())
	}
	if in.URL.RawPath == "" {
		return value, nil
	}
	return url.PathUnescape(value)
}

func setField(v reflect.Value, name string, values []string) error {
	if v.Kind() == reflect.Slice {
		list := reflect.MakeSlice(v.Type(), len(values), len(values))
		for i, text := range values {
			if err := setOne(list.Index(i), name, text); err != nil {
				return err
			}
		}
		v.Set(list)
		return nil
	}
	if len(values) > 1 {
		return errs.New("request.bad_value", name, "it is given more than once")
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	return setOne(v, name, values[0])
}

func setOne(v reflect.Value, name, text string) error {
	if own, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		return own.UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return errs.New("request.bad_value", name, strconv.Quote(text)+" is not true or false")
		}
		v.SetBool(text == "true")
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errs.New("request.bad_value", name, strconv.Quote(text)+" is not a whole number")
		}
		v.SetInt(n)
	default:
		panic("api: a parameter cannot be a " + v.Type().String())
	}
	return nil
}

// problemAt keeps a catalogued error and describes any other, a time's above
// all, as a value that is not allowed.
func problemAt(err error, p param) *errs.Error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.At(p.pointer())
	}
	return errs.New("request.bad_value", p.name, "it cannot be read; times look like 2026-12-01T09:00:00Z").
		Because(err).At(p.pointer())
}

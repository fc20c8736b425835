package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// prefix begins the name of every variable of ours.
const prefix = "LINECAST_"

// foreign are variables of ours by name only: Kubernetes and Docker set some
// for every service called linecast, and the tests use LINECAST_TEST_….
var foreign = regexp.MustCompile(`^LINECAST_(TEST_.*|([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?))$`)

// Load reads the settings from the variables of environ. A variable that is
// empty counts as not set.
//
// When something is wrong, the error's Fields name every problem:
// config.wrong, config.wrong_secret, config.unknown.
func Load(environ map[string]string) (Config, error) { return LoadWithFlags(environ, nil) }

// LoadWithFlags is Load with flags, keyed by the name of their variable, that
// win over environ.
func LoadWithFlags(environ, flags map[string]string) (Config, error) {
	c := Config{sources: map[string]Source{}}
	values := map[string]string{}
	c.take(values, environ, Environment)
	c.take(values, flags, Flag)

	var problems []*errs.Error
	for _, s := range settings() {
		if value, ok := values[s.Name]; ok {
			if want := checks[s.check](value); want != "" {
				problems = append(problems, s.wrong(value, want, c.sources[s.Name]))
			}
		}
	}
	problems = append(problems, unknown(environ)...)
	if len(problems) > 0 {
		return Config{}, several(problems)
	}
	if err := env.ParseWithOptions(&c, env.Options{Environment: values}); err != nil {
		return Config{}, fmt.Errorf("config: a value passed its check and cannot be read: %w", err)
	}
	if c.DataDir == "" {
		c.DataDir = dataDir(environ, runtime.GOOS, os.Geteuid() == 0)
	}
	return c, nil
}

// take moves the settings of from into values and notes their source.
func (c *Config) take(values, from map[string]string, source Source) {
	for _, s := range settings() {
		if value := strings.TrimSpace(from[s.Name]); value != "" {
			values[s.Name] = value
			c.sources[s.Name] = source
		}
	}
}

// wrong is the error of one setting, named as the person set it.
func (s Setting) wrong(value, want string, source Source) *errs.Error {
	name := s.Name
	if source == Flag {
		name = "--" + s.Flag
	}
	if s.Secret {
		return errs.New("config.wrong_secret", name, want)
	}
	return errs.New("config.wrong", name, value, want)
}

// unknown finds variables that look like ours and are not.
func unknown(environ map[string]string) (problems []*errs.Error) {
	var known []string
	for _, s := range settings() {
		known = append(known, s.Name)
	}
	for name, value := range environ {
		if value != "" && strings.HasPrefix(name, prefix) && !slices.Contains(known, name) && !foreign.MatchString(name) {
			problems = append(problems, errs.New("config.unknown", name, nearest.Hint(name, known)))
		}
	}
	slices.SortFunc(problems, func(a, b *errs.Error) int { return strings.Compare(a.Detail, b.Detail) })
	return problems
}

// several joins problems; the cause repeats them for whoever prints no Fields.
func several(problems []*errs.Error) error {
	if len(problems) == 1 {
		return problems[0]
	}
	causes := make([]error, len(problems))
	for i, p := range problems {
		causes[i] = p
	}
	return errs.From(errs.Several("config.several", problems)).Because(errors.Join(causes...))
}

// settings lists what the tags of Config say, in the order of its fields.
func settings() (list []Setting) {
	for field := range reflect.TypeFor[Config]().Fields() {
		tag := field.Tag
		name := tag.Get("env")
		if name == "" {
			continue
		}
		list = append(list, Setting{
			Name:    name,
			Flag:    strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, prefix), "_", "-")),
			Default: tag.Get("envDefault") + tag.Get("shown"),
			Doc:     tag.Get("doc"),
			Secret:  field.Type == reflect.TypeFor[Secret](),
			check:   tag.Get("check"),
			field:   field.Name,
		})
	}
	return list
}

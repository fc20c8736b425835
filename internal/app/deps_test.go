package app

import (
	"log/slog"
	"reflect"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/worker"
)

// A part that the API needs and nobody wired is a nil that panics at the
// first request.
func TestEveryPartIsWired(t *testing.T) {
	t.Parallel()
	a := &App{options: Options{Now: time.Now}, db: postgres.New(nil), log: slog.New(slog.DiscardHandler)}
	deps := reflect.ValueOf(a.deps(channel.Service{}, worker.Intake{}, prometheus.NewRegistry()))
	for field, value := range deps.Fields() {
		switch field.Type.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Func:
			if value.IsNil() {
				t.Errorf("api.Deps.%s is not wired in http.go", field.Name)
			}
		}
	}
}

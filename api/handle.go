package api

import (
	"context"
	"reflect"

	"github.com/labstack/echo/v4"

	"github.com/linecast/linecast/internal/access"
)

// endpoint is a handler as the routes' table holds it: how its input is bound
// and how it is called.
type endpoint struct {
	plan *inputPlan
	call func(context.Context, *request) (*answer, error)
}

// handle makes an endpoint of a function that knows nothing of HTTP. status is
// what a success answers with, unless the output has its own.
func handle[In, Out any](status int, f func(context.Context, In) (Out, error)) endpoint {
	plan := planOf(reflect.TypeFor[In]())
	return endpoint{plan, func(ctx context.Context, r *request) (*answer, error) {
		var in In
		if err := plan.bind(r, &in); err != nil {
			return nil, err
		}
		out, err := f(ctx, in)
		if err != nil {
			return nil, err
		}
		return encode(status, out)
	}}
}

// serve is everything that happens to a call of a route: who is it, may they,
// read, act once, note it, answer.
func (a *API) serve(rt *route) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := a.limitTime(c, rt)
		defer cancel()
		caller, err := a.identify(ctx, c, rt.Scope)
		if err != nil {
			return err
		}
		ctx = access.With(ctx, caller)
		r := &request{c: c, route: rt}
		if err := r.read(); err != nil {
			return err
		}
		answer, err := a.act(ctx, r)
		if err != nil {
			return err
		}
		return answer.write(ctx, c)
	}
}

// act calls the handler, once for each Idempotency-Key on routes that honour
// one, and notes what was done.
func (a *API) act(ctx context.Context, r *request) (*answer, error) {
	name := r.c.Request().Header.Get("Idempotency-Key")
	if !r.route.traits.has(idempotent) || name == "" {
		return a.call(ctx, r)
	}
	return a.once(ctx, r, name)
}

func (a *API) call(ctx context.Context, r *request) (*answer, error) {
	answer, err := r.route.do.call(ctx, r)
	if err == nil {
		a.note(ctx, r, answer)
	}
	return answer, err
}

// limitTime gives the call its time, except where it lasts as long as it
// moves; those end when the server stops.
func (a *API) limitTime(c echo.Context, rt *route) (context.Context, context.CancelFunc) {
	ctx := c.Request().Context()
	if !rt.traits.has(streams) {
		return context.WithTimeout(ctx, timeLimit)
	}
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(a.stopping, cancel)
	return ctx, func() { stop(); cancel() }
}

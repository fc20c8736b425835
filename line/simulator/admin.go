package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// adminRoute is a way to steer the simulator by HTTP. Each takes ?channel=ID;
// without it, it means every channel.
type adminRoute struct {
	pattern string
	serve   func(s *Simulator, accounts []*Account, w http.ResponseWriter, h *http.Request) error
}

// adminRoutes is every one of them.
var adminRoutes = []adminRoute{
	{"GET /_simulator/channels", getChannels}, // [{"id": …, "token": …, "secret": …}]
	{"GET /_simulator/faults", getFaults},     // {"CHANNEL": Faults}
	{"PUT /_simulator/faults", putFaults},     // Faults; fields left out are zero
	{"PUT /_simulator/quota", putQuota},       // {"quota": 1000}; 0 is no limit
	{"GET /_simulator/stats", getStats},       // {"CHANNEL": Stats}
	{"GET /_simulator/record", getRecord},     // Received, a line each; ?to=U… for one recipient
	{"POST /_simulator/reset", postReset},
	{"POST /_simulator/events", postEvents}, // [Event]; needs ?channel=
}

// adminLimit bounds the bodies that steer.
const adminLimit = 1 << 20

// admin wraps what an adminRoute does: it finds the channels and answers
// errors as {"message": …}.
func (s *Simulator) admin(serve func(*Simulator, []*Account, http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		accounts := s.accounts
		if id := h.URL.Query().Get("channel"); id != "" {
			a := s.Account(id)
			if a == nil {
				http.Error(w, `{"message":"no such channel"}`, http.StatusNotFound)
				return
			}
			accounts = []*Account{a}
		}
		h.Body = http.MaxBytesReader(w, h.Body, adminLimit)
		w.Header().Set("Content-Type", "application/json")
		if err := serve(s, accounts, w, h); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(fault{Message: err.Error()})
		}
	})
}

func getChannels(_ *Simulator, accounts []*Account, w http.ResponseWriter, _ *http.Request) error {
	list := make([]Channel, len(accounts))
	for i, a := range accounts {
		list[i] = a.Channel()
	}
	return json.NewEncoder(w).Encode(list)
}

func getFaults(_ *Simulator, accounts []*Account, w http.ResponseWriter, _ *http.Request) error {
	all := map[string]Faults{}
	for _, a := range accounts {
		all[a.channel.ID] = a.Faults()
	}
	return json.NewEncoder(w).Encode(all)
}

func putFaults(s *Simulator, accounts []*Account, w http.ResponseWriter, h *http.Request) error {
	var f Faults
	if err := readStrict(h, &f); err != nil {
		return err
	}
	for _, a := range accounts {
		if err := a.SetFaults(f); err != nil {
			return err
		}
	}
	return getFaults(s, accounts, w, h)
}

func putQuota(_ *Simulator, accounts []*Account, w http.ResponseWriter, h *http.Request) error {
	var plan struct {
		Quota int64 `json:"quota"`
	}
	if err := readStrict(h, &plan); err != nil {
		return err
	}
	for _, a := range accounts {
		a.SetQuota(plan.Quota)
	}
	return json.NewEncoder(w).Encode(plan)
}

func getStats(_ *Simulator, accounts []*Account, w http.ResponseWriter, _ *http.Request) error {
	all := map[string]Stats{}
	for _, a := range accounts {
		all[a.channel.ID] = a.Stats()
	}
	return json.NewEncoder(w).Encode(all)
}

func getRecord(_ *Simulator, accounts []*Account, w http.ResponseWriter, h *http.Request) error {
	w.Header().Set("Content-Type", "application/x-ndjson")
	to := h.URL.Query().Get("to")
	out := json.NewEncoder(w)
	for _, a := range accounts {
		if to != "" {
			for _, r := range a.Received(to) {
				if out.Encode(r) != nil {
					return nil // the reader has gone
				}
			}
			continue
		}
		for r := range a.All() {
			if out.Encode(r) != nil {
				return nil
			}
		}
	}
	return nil
}

func postReset(_ *Simulator, accounts []*Account, w http.ResponseWriter, _ *http.Request) error {
	for _, a := range accounts {
		a.Reset()
	}
	_, err := io.WriteString(w, "{}")
	return err
}

func postEvents(s *Simulator, accounts []*Account, w http.ResponseWriter, h *http.Request) error {
	if h.URL.Query().Get("channel") == "" {
		return fmt.Errorf("say which channel: ?channel=ID")
	}
	var events []Event
	if err := readStrict(h, &events); err != nil {
		return err
	}
	done, err := s.SendWebhook(h.Context(), accounts[0].channel.ID, events...)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(done)
}

// readStrict reads a JSON body and refuses fields that do not exist, so that a
// misspelt fault does not go unnoticed.
func readStrict(h *http.Request, v any) error {
	d := json.NewDecoder(h.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	return nil
}

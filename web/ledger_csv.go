package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

// byteOrderMark tells Excel that the file is UTF-8; without it Thai and
// Japanese come out as mojibake there.
const byteOrderMark = "\ufeff"

// ledgerColumns are the columns of the export, each with its cell.
var ledgerColumns = []struct {
	name string
	cell func(d delivery.Delivery, zone *time.Location) string
}{
	{"user", func(d delivery.Delivery, _ *time.Location) string { return d.Recipient.String() }},
	{"user_id", func(d delivery.Delivery, _ *time.Location) string { return d.UserID }},
	{"line_id", func(d delivery.Delivery, _ *time.Location) string { return d.LineID }},
	{"state", func(d delivery.Delivery, _ *time.Location) string { return d.State.String() }},
	{"reason", func(d delivery.Delivery, _ *time.Location) string { return d.Reason }},
	{"detail", func(d delivery.Delivery, _ *time.Location) string { return d.Detail }},
	{"http_status", func(d delivery.Delivery, _ *time.Location) string { return numberUnlessZero(d.HTTPStatus) }},
	{"attempts", func(d delivery.Delivery, _ *time.Location) string { return strconv.Itoa(d.Attempts) }},
	{"message_id", func(d delivery.Delivery, _ *time.Location) string { return textOf(d.MessageID) }},
	{"line_request_id", func(d delivery.Delivery, _ *time.Location) string { return textOf(d.LineRequestID) }},
	{"accepted_request_id", func(d delivery.Delivery, _ *time.Location) string { return textOf(d.AcceptedRequestID) }},
	{"first_attempt_at", func(d delivery.Delivery, zone *time.Location) string {
		if d.FirstAttemptAt == nil {
			return ""
		}
		return d.FirstAttemptAt.In(zone).Format(time.RFC3339)
	}},
	{"finished_at", func(d delivery.Delivery, zone *time.Location) string {
		return d.FinishedAt.In(zone).Format(time.RFC3339)
	}},
}

// ledgerCSV streams the ledger as a file, with the filter of the page. A
// failure on the way breaks the download off, so that half a file cannot pass
// for the whole one.
func (s *Web) ledgerCSV(w *response, r *http.Request) (page, error) {
	id, err := pathID[ref.Run](r)
	if err != nil {
		return nil, err
	}
	filter, err := ledgerFilter(r.URL.Query())
	if err != nil {
		return nil, err
	}
	progress, err := s.readings.get(r.Context(), id)
	if err != nil {
		return nil, err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-ledger.csv"`, id))
	if r.Method == http.MethodHead {
		return nil, nil
	}
	return nil, s.writeLedger(w, r, progress.Run, filter)
}

func (s *Web) writeLedger(w *response, r *http.Request, run delivery.Run, filter delivery.LedgerFilter) error {
	out := csv.NewWriter(mover{w, http.NewResponseController(w)})
	out.UseCRLF = true // RFC 4180
	record := make([]string, len(ledgerColumns))
	for i, c := range ledgerColumns {
		record[i] = c.name
	}
	record[0] = byteOrderMark + record[0]
	if err := out.Write(record); err != nil {
		return err
	}
	mayRead := w.reader.may(access.UsersRead)
	err := s.deps.Store.EachDelivery(r.Context(), run, filter, func(d delivery.Delivery) error {
		if !mayRead {
			d.UserID, d.LineID = "", masked(d.LineID)
		}
		for i, c := range ledgerColumns {
			record[i] = harmless(c.cell(d, s.deps.Zone))
		}
		return out.Write(record)
	})
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

// harmless puts an apostrophe before what a spreadsheet would run as a
// formula (OWASP, CSV Injection).
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func numberUnlessZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func textOf[T any](v *T) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}

// mover gives each write its own time.
type mover struct {
	w       *response
	control *http.ResponseController
}

func (m mover) Write(p []byte) (int, error) {
	extend(m.control)
	return m.w.Write(p)
}

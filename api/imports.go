package api

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/strictjson"
	"github.com/linecast/linecast/ref"
)

// Imports is where files of users are kept and imported.
type Imports interface {
	// CreateImport stores a file as it arrives and, when all of it is there,
	// hands it to the workers in the same transaction. A file whose reader
	// fails leaves nothing behind.
	CreateImport(ctx context.Context, name string, o audience.ImportOptions, file io.Reader) (audience.Import, error)
	Import(ctx context.Context, id ref.Import) (audience.Import, error)
	ListImports(ctx context.Context, before ref.Import, limit int) ([]audience.Import, error)
	EachImportError(ctx context.Context, id ref.Import, visit func(audience.ImportError) error) error
	CancelImport(ctx context.Context, id ref.Import) (audience.Import, error)
}

type importUpload struct {
	Body *content `body:"multipart/form-data"`
}

// startedImport is an import that was taken on.
type startedImport struct{ audience.Import }

func (i startedImport) location() string { return v1 + "/imports/" + i.ID.String() }

func (i startedImport) story() (object string, detail any) {
	return i.ID.String(), map[string]any{"name": i.Name, "options": i.Options}
}

// createImport reads a form of options, which may be left out, and file, in
// this order: a file is stored as it arrives, and its options must be known
// by then.
func (a *API) createImport(ctx context.Context, in importUpload) (startedImport, error) {
	form := in.Body.Parts()
	var options audience.ImportOptions
	part, err := form.Next()
	if err == nil && part.Name == "options" {
		if options, err = readOptions(part); err != nil {
			return startedImport{}, err
		}
		part, err = form.Next()
	}
	switch {
	case errors.Is(err, io.EOF):
		return startedImport{}, errs.New("request.required", "file").At("/file")
	case err != nil:
		return startedImport{}, err
	case part.Name != "file":
		return startedImport{}, errs.New("request.bad_form", "unknown part "+strconv.Quote(part.Name)+"; parts are options and file")
	}
	i, err := a.deps.Imports.CreateImport(ctx, part.File, options, &lastPart{part, form})
	return startedImport{i}, err
}

// optionsLimit is how long the options of an import may be, in bytes.
const optionsLimit = 256 << 10

func readOptions(from io.Reader) (o audience.ImportOptions, err error) {
	raw, err := io.ReadAll(io.LimitReader(from, optionsLimit+1))
	if err != nil {
		return o, err
	}
	if len(raw) > optionsLimit {
		return o, errs.New("request.too_large", bytesText(optionsLimit)).At("/options")
	}
	if err = strictjson.Decode(raw, &o); err == nil {
		err = o.Check()
	}
	if err != nil {
		return o, under("/options", err)
	}
	return o, nil
}

// under says that an error's places are inside of pointer.
func under(pointer string, err error) error {
	e := errs.From(err)
	moved := e.At(pointer)
	moved.Fields = make([]*errs.Error, len(e.Fields))
	for i, f := range e.Fields {
		moved.Fields[i] = f.At(pointer)
	}
	return moved
}

// lastPart reads a part and fails at its end when another follows: options
// that come after the file would be options that nobody followed.
type lastPart struct {
	part
	form *parts
}

func (p *lastPart) Read(b []byte) (int, error) {
	n, err := p.part.Read(b)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	next, err := p.form.Next()
	switch {
	case err != nil:
		return n, err
	case next.Name == "options":
		return n, errs.New("request.bad_form", "options must stand before file")
	}
	return n, errs.New("request.bad_form", "part "+strconv.Quote(next.Name)+" follows the file")
}

type importID struct {
	ID ref.Import `path:"id"`
}

func (a *API) readImport(ctx context.Context, in importID) (audience.Import, error) {
	return a.deps.Imports.Import(ctx, in.ID)
}

func (a *API) listImports(ctx context.Context, in paging) (page[audience.Import], error) {
	before, err := after[ref.Import](&in)
	if err != nil {
		return page[audience.Import]{}, err
	}
	imports, err := a.deps.Imports.ListImports(ctx, before, in.size()+1)
	if err != nil {
		return page[audience.Import]{}, err
	}
	return pageOf(&in, imports, func(i audience.Import) ref.Import { return i.ID })
}

func (a *API) cancelImport(ctx context.Context, in importID) (audience.Import, error) {
	return a.deps.Imports.CancelImport(ctx, in.ID)
}

type importErrorsQuery struct {
	importID
	Raw bool `query:"raw"`
}

func (a *API) importErrors(ctx context.Context, in importErrorsQuery) (csvFile, error) {
	i, err := a.deps.Imports.Import(ctx, in.ID)
	if err != nil {
		return csvFile{}, err
	}
	each := func(ctx context.Context, row func([]string) error) error {
		return a.deps.Imports.EachImportError(ctx, i.ID, func(e audience.ImportError) error {
			return row([]string{strconv.FormatInt(e.Line, 10), e.Column, e.Value, e.Code, e.Detail})
		})
	}
	head := []string{"line", "column", "value", "code", "detail"}
	return csvFile{i.ID.String() + "-errors.csv", head, in.Raw, each}, nil
}

// Package archtest owns the rules that hold for the whole tree and that no
// compiler checks: who may import whom, which errors there are and that they
// are used rightly, and that every package explains itself.
//
// It has no product code; its tests read the source. They refuse to guess: a
// package that no rule mentions fails, so that a new one is placed on purpose.
package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// module is the import path that our packages begin with.
const module = "github.com/linecast/linecast"

// Package is the source of one directory.
type Package struct {
	Path    string // relative to the module, such as "line/message"; "" for its root
	Product []File // what is built into the program
	Tests   []File // files named _test.go
}

// File is one parsed file.
type File struct {
	Name string // relative to the module's root
	AST  *ast.File
}

// Load parses every Go file below root, except in testdata, hidden directories
// and directories with a go.mod of their own.
func Load(root string, fset *token.FileSet) ([]Package, error) {
	found := map[string]*Package{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skip(root, path)
		case filepath.Ext(path) != ".go":
			return nil
		}
		return add(found, root, path, fset)
	})
	var list []Package
	for _, p := range found {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Package) int { return strings.Compare(a.Path, b.Path) })
	return list, err
}

func skip(root, dir string) error {
	name := filepath.Base(dir)
	if dir == root {
		return nil
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	if err == nil || name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") {
		return filepath.SkipDir
	}
	return nil
}

func add(found map[string]*Package, root, path string, fset *token.FileSet) error {
	name, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	parsed, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	dir := filepath.ToSlash(filepath.Dir(name))
	if dir == "." {
		dir = ""
	}
	p := found[dir]
	if p == nil {
		p = &Package{Path: dir}
		found[dir] = p
	}
	file := File{Name: filepath.ToSlash(name), AST: parsed}
	if strings.HasSuffix(name, "_test.go") {
		p.Tests = append(p.Tests, file)
	} else {
		p.Product = append(p.Product, file)
	}
	return nil
}

// Imports lists what the product files of p import, each once: our packages
// relative to the module, the others in full.
func (p Package) Imports() (list []string) {
	for _, f := range p.Product {
		for _, spec := range f.AST.Imports {
			path, _ := strconv.Unquote(spec.Path.Value) // the parser checked it
			if ours, ok := strings.CutPrefix(path, module+"/"); ok {
				path = ours
			}
			list = append(list, path)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

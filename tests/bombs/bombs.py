#!/usr/bin/env python3
"""Modules that are made to take a compiler's time, memory or stack: each function writes one into a folder.

    tests/bombs/bombs.py NAME FOLDER     writes the module, and prints the arguments of goesc build for it
    tests/bombs/bombs.py                 lists the names

`quick` bombs end in a moment and run with the tests; the others with `tests/bombs/run.py`. What each must end with is
the same for all: status 0 or 1, a message that names a place or a limit when it is 1, no crash."""
import os
import sys

BOMBS = {}


def bomb(quick=True, size=0):
    def add(fn):
        BOMBS[fn.__name__] = (fn, quick, size)
        return fn
    return add


class Module:
    def __init__(self, folder):
        self.folder = folder
        self.write("go.mod", "module example.com/bomb\n\ngo 1.26\n")

    def path(self, name):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, *parts):
        with open(self.path(name), "wb") as f:
            for p in parts:
                f.write(p if isinstance(p, bytes) else p.encode())

    def go(self, *parts):
        self.write("a.go", "package bomb\n\n", *parts)


# ---- types and instances ----

@bomb()
def instances_without_end(m):
    m.go("func F[T any]() { F[[]T]() }\nfunc G() { F[int]() }\n")


@bomb()
def instances_mutual(m):
    m.go("func F[T any]() { G[[]T]() }\nfunc G[T any]() { F[map[int]T]() }\nfunc H() { F[int]() }\n")


@bomb()
def instances_by_methods(m):
    m.go("type A[T any] struct{ x T }\n\nfunc (a *A[T]) M() any { return (&A[A[T]]{}).M() }\nvar V = (&A[int]{}).M()\n")


@bomb()
def type_doubling(m):
    m.go("type A[T any] struct{ a, b T }\n\nvar V ", "A[" * 40, "int", "]" * 40, "\n")


@bomb()
def type_doubling_named(m):
    m.go("type T0 struct{ a, b int }\n", *(f"type T{i} struct{{ a, b T{i-1} }}\n" for i in range(1, 70)), "var V T69\nfunc F() any { return V }\n")


@bomb()
def type_doubling_pointers(m):
    m.go("type P[T any] struct{ a, b *T }\n\nvar V ", "P[" * 60, "int", "]" * 60, "\nfunc F() any { return V }\n")


@bomb()
def type_doubling_compare(m):
    m.go("type T0 struct{ a, b int }\n", *(f"type T{i} struct{{ a, b *struct{{ x, y T{i-1} }} }}\n" for i in range(1, 40)),
         "func F(x, y T39) bool { return x == y }\n")


@bomb()
def functions_of_two(m):
    m.go("func D[T any](x T) func() (T, T) { return func() (T, T) { return x, x } }\n",
         "func F() any {\n\tx0 := 1\n", *(f"\tx{i+1} := D(x{i})\n" for i in range(30)), "\treturn x30\n}\n")


@bomb()
def array_overflow(m):
    m.go("var A [1 << 40][1 << 40]int\nvar B [1 << 62]int\n")


@bomb()
def struct_overflow(m):
    m.go("type S struct{ a, b [1 << 40]int }\n", "type T struct{ a, b, c, d [1 << 20]S }\n", "var V T\nfunc F() *T { return new(T) }\n")


@bomb()
def embedded_interfaces(m):
    m.go("type I0 interface{ M0() }\n", *(f"type I{i} interface {{\n\tI{i-1}\n\tJ{i-1}\n\tM{i}()\n}}\ntype J{i-1} interface{{ I{i-1} }}\n" for i in range(1, 60)),
         "func F(x I59) any { return x }\n")


@bomb()
def embedded_structs(m):
    m.go("type T0 struct{ F int }\nfunc (T0) M() {}\n",
         *(f"type T{i} struct {{\n\tA{i-1}\n\tB{i-1}\n}}\ntype A{i-1} struct{{ T{i-1} }}\ntype B{i-1} struct{{ T{i-1} }}\n" for i in range(1, 30)),
         "func F(x T29) { x.M() }\n")


@bomb()
def embedded_chain(m):
    m.go("type T0 struct{ F int }\nfunc (*T0) M() {}\n", *(f"type T{i} struct{{ *T{i-1} }}\n" for i in range(1, 1500)), "func F(x T1499) any { x.M(); return x }\n")


@bomb(False)
def union_terms(m):
    m.go(*(f"type T{i} int\n" for i in range(10000)), "type U interface {\n\t", " | ".join(f"T{i}" for i in range(10000)),
         "\n}\n\nfunc F[T U](x T) T { return x + 1 }\n\nvar V = F(T9999(1))\n")


@bomb()
def union_terms_100(m):
    m.go("type U interface {\n\t", " | ".join(f"~[{i}]int" for i in range(101)), "\n}\n\nfunc F[T U](x T) T { return x }\n")


@bomb()
def type_parameters(m):
    n = 1000
    m.go("func F[", ", ".join(f"T{i} any" for i in range(n)), "](", ", ".join(f"x{i} T{i}" for i in range(n)), ") {}\n",
         "func G() { F(", ", ".join("1" if i % 2 else '""' for i in range(n)), ") }\n")


@bomb()
def type_cycle(m):
    n = 2000
    m.go(*(f"type T{i} struct{{ p T{(i + 1) % n} }}\n" for i in range(n)))


@bomb()
def alias_chain(m):
    m.go("type A0 = int\n", *(f"type A{i} = []A{i-1}\n" for i in range(1, 5000)), "var V A4999\n")


@bomb()
def const_chain(m):
    n = 20000
    m.go(*(f"const C{i} = C{i + 1} + 1\n" for i in range(n)), f"const C{n} = 1\nvar V = C0\n")


@bomb()
def var_chain(m):
    n = 20000
    m.go(*(f"var V{i} = V{i + 1}\n" for i in range(n)), f"var V{n} = 1\n")


@bomb()
def func_type_deep(m):
    m.go("var V ", "func() " * 9000, "int\n")


# ---- constants ----

@bomb()
def shift_huge(m):
    m.go("const A = 1 << (1 << 30)\nconst B = 1.0 << 4000000000\nvar C = 1 << 511 >> 511\n")


@bomb()
def squares(m):
    m.go("const C0 = 3\n", *(f"const C{i} = C{i-1} * C{i-1}\n" for i in range(1, 60)), "var V = C59 > 0\n")


@bomb()
def squares_float(m):
    m.go("const C0 = 1.0000001\n", *(f"const C{i} = C{i-1} * C{i-1}\n" for i in range(1, 60)), "var V = C59 > 0\n")


@bomb()
def exponents(m):
    m.go("const A = 1e1000000000\nconst B = 0x1p-1000000000\nconst C = 1e-999999999999\nvar D = 1e400000 / 1e400000\n")


@bomb()
def strings_doubling(m):
    m.go('const C0 = "0123456789abcdef"\n', *(f"const C{i} = C{i-1} + C{i-1}\n" for i in range(1, 40)), "var V = len(C39)\n")


@bomb()
def digits(m):
    m.go("const C = ", "9" * 200000, "\nconst D = 0.", "1" * 200000, "\n")


@bomb()
def string_sum(m):
    m.go("const C = ", " +\n\t".join(['"abcdefgh"'] * 20000), "\nvar V = C\n")


# ---- functions ----

@bomb()
def inline_doubling(m):
    m.go("func F0(x *int) *int { return x }\n", *(f"func F{i}(x *int) *int {{ return F{i-1}(F{i-1}(x)) }}\n" for i in range(1, 40)))


@bomb()
def inline_closures(m):
    m.go("func F0(f func()) { f() }\n", *(f"func F{i}(f func()) {{ F{i-1}(func() {{ f() }}); F{i-1}(f) }}\n" for i in range(1, 40)))


@bomb()
def ring(m):
    n = 6000
    m.go(*(f"func F{i}(p *int) *int {{ if *p > 0 {{ return F{(i + 1) % n}(p) }}; return p }}\n" for i in range(n)))


@bomb()
def ring_complete(m):
    n = 60
    m.go(*(f"func F{i}(p, q *int) *int {{\n" + "".join(f"\tp = F{k}(p, q)\n" for k in range(n)) + "\treturn p\n}\n" for i in range(n)))


@bomb(False)
def switch_cases(m):
    m.go("func F(x int) int {\n\tswitch x {\n", *(f"\tcase {i}:\n\t\treturn {i * 7}\n" for i in range(200000)), "\t}\n\treturn 0\n}\n")


@bomb()
def switch_cases_some(m):
    m.go("func F(x int) int {\n\tswitch x {\n", *(f"\tcase {i}:\n\t\treturn {i * 7}\n" for i in range(20000)), "\t}\n\treturn 0\n}\n")


@bomb()
def switch_types(m):
    m.go(*(f"type T{i} struct{{ x [{i}]int }}\n" for i in range(3000)), "func F(x any) int {\n\tswitch x.(type) {\n",
         *(f"\tcase T{i}:\n\t\treturn {i}\n" for i in range(3000)), "\t}\n\treturn 0\n}\n")


@bomb()
def closures_deep(m):
    n = 1000
    m.go("func F(x *int) {\n", "func() {\n" * n, "_ = x\n", "}()\n" * n, "}\n")


@bomb(False)
def closures_deeper(m):
    n = 5000
    m.go("func F(x *int) {\n", "func() {\n" * n, "_ = x\n", "}()\n" * n, "}\n")


@bomb()
def labels(m):
    n = 5000
    m.go("func F(x int) {\n", *(f"L{i}:\n\tif x > {i} {{ goto L{(i * 7919) % n} }}\n" for i in range(n)), "}\n")


@bomb()
def gotos_forward(m):
    n = 5000
    m.go("func F(x int) {\n", *(f"\tif x > {i} {{ goto L{n - i - 1} }}\n" for i in range(n)), *(f"L{i}:\n\tx++\n" for i in range(n)), "}\n")


@bomb(False)
def pointers(m):
    n = 50000
    m.go("type P *P\n\nfunc F() P {\n", *(f"\tvar v{i} P\n" for i in range(n)), *(f"\tv{i} = &v{(i * 31 + 1) % n}\n" for i in range(n)), "\treturn v0\n}\n")


@bomb()
def pointers_some(m):
    n = 3000
    m.go("type P *P\n\nfunc F() P {\n", *(f"\tvar v{i} P\n" for i in range(n)), *(f"\tv{i} = &v{(i * 31 + 1) % n}\n" for i in range(n)), "\treturn v0\n}\n")


@bomb()
def pointers_chain(m):
    n = 5000
    m.go("type P *P\n\nvar Sink P\n\nfunc F() {\n\tvar v0 P\n", *(f"\tv{i} := P(&v{i-1})\n" for i in range(1, n)), f"\tSink = v{n-1}\n}}\n")


@bomb()
def calls_nested(m):
    m.go("func f(x *int) *int { return x }\n\nfunc F(x *int) *int { return ", "f(" * 4000, "x", ")" * 4000, " }\n")


@bomb()
def selectors_chain(m):
    m.go("type T struct{ n *T }\n\nfunc (t *T) M() *T { return t.n }\n\nfunc F(x *T) *T { return x", ".n.M()" * 20000, " }\n")


@bomb()
def sum_long(m):
    m.go("func F(x int) int { return x", "+x" * 50000, " }\n")


@bomb()
def else_if(m):
    m.go("func F(x int) int {\n\t", *(f"if x == {i} {{ return {i * 3} }} else " for i in range(9000)), "{ return 0 }\n}\n")


@bomb()
def range_functions(m):
    n = 60
    m.go("func S(yield func(int) bool) { yield(1) }\n\nfunc F() {\n", *(f"for i{i} := range S {{\n" for i in range(n)), "println(i0)\n", "}\n" * n, "}\n")


@bomb()
def defers(m):
    m.go("func F(p *int) {\n", "\tdefer func() { *p++ }()\n" * 10000, "}\n")


@bomb(False)
def literal(m):
    m.go("var V = []int{\n", *("\t1, 2, 3, 4, 5, 6, 7, 8, 9, 10,\n" * 1000 for _ in range(500)), "}\n")


@bomb()
def literal_nested(m):
    m.go("type T struct{ n *T }\n\nfunc F() *T { return ", "&T{" * 4000, "nil", "}" * 4000, " }\n")


@bomb()
def map_literal(m):
    m.go("var V = map[string]int{\n", *(f'\t"key{i}": {i},\n' for i in range(50000)), "}\n")


@bomb()
def errors(m):
    m.go(*(f"var V{i} int = undefined{i}\n" for i in range(50000)))


@bomb()
def redeclared(m):
    m.go("var V int\n" * 50000)


@bomb()
def parameters(m):
    n = 10000
    m.go("func F(", ", ".join(f"p{i} *int" for i in range(n)), ") *int { return p9999 }\n\nfunc G(x *int) *int { return F(", ", ".join(["x"] * n), ") }\n")


# ---- text ----

@bomb()
def parentheses(m):
    m.go("var V = ", "(" * 1000000, "1", ")" * 1000000, "\n")


@bomb()
def blocks(m):
    m.go("func F() ", "{" * 1000000, "}" * 1000000, "\n")


@bomb()
def types_nested(m):
    m.go("var V ", "[]" * 1000000, "int\n")


@bomb()
def comments(m):
    m.go("/*" * 1000000, "*/\n", "//" * 1000000, "\nvar V = 1\n")


@bomb()
def brackets_unclosed(m):
    m.go("var V = ", "[({" * 300000)


@bomb()
def unary(m):
    m.go("var V = ", "-" * 1000000, "1\nvar W = ", "&*" * 500000, "V\n")


@bomb()
def arrows(m):
    m.go("var V ", "<-chan " * 300000, "int\nvar W ", "chan<- " * 9000, "int\n")


@bomb(True, 3 << 30)
def file_3g(m):
    m.go("var V = 1\n")
    os.truncate(m.path("a.go"), 3 << 30)


@bomb(False, 1 << 30)
def gomod_1g(m):
    m.go("var V = 1\n")
    os.truncate(m.path("go.mod"), 1 << 30)


@bomb(False)
def lines(m):
    m.go("\n" * 20000000, "var V int = x\n")


@bomb(False, 500 << 20)
def line_500m(m):
    m.go("var V = 1", " " * (500 << 20), "; var W int = x\n")


@bomb(False, 500 << 20)
def string_500m(m):
    m.go('var V = "', "x" * (500 << 20), '"\n')


@bomb(False, 100 << 20)
def identifier_100m(m):
    m.go("var ", "x" * (100 << 20), " = 1\n")


@bomb()
def identifier_1m(m):
    m.go("var ", "x" * (1 << 20), " = y\n")


@bomb()
def utf8(m):
    m.go(b"var V = \"", b"\xf4\x8f\xbf\xbf" * 100000, b"\"\n// ", b"\xff\xfe" * 100000, b"\nvar W = `", b"\xc0" * 1000, b"`\n")


@bomb()
def identifiers_unicode(m):
    m.go("var ", "\u00e9" * 100000, " = 1\nvar ", "\U0001d49c" * 10000, " = 2\n")


@bomb()
def line_directives(m):
    m.go(*(f"//line f{i}.go:{i + 1}\nvar V{i} = 1\n" for i in range(20000)))


@bomb()
def line_comments(m):
    m.go("var V = 1", *(f"/*line f{i}.go:1:1*/" for i in range(50000)), "\n")


# ---- modules ----

@bomb(False)
def files(m):
    for i in range(100000):
        m.write(f"f{i}.go", "package bomb\n")


@bomb()
def files_some(m):
    for i in range(3000):
        m.write(f"f{i}.go", "package bomb\n")


@bomb(False)
def import_chain(m):
    n = 10000
    m.go('import _ "example.com/bomb/p0"\n')
    for i in range(n):
        m.write(f"p{i}/p.go", f"package p{i}\n\n", f'import _ "example.com/bomb/p{i + 1}"\n' if i + 1 < n else "")


@bomb()
def import_chain_some(m):
    n = 500
    m.go('import _ "example.com/bomb/p0"\n')
    for i in range(n):
        m.write(f"p{i}/p.go", f"package p{i}\n\n", f'import _ "example.com/bomb/p{i + 1}"\n' if i + 1 < n else "")


@bomb()
def import_cycle(m):
    n = 300
    m.go('import _ "example.com/bomb/p0"\n')
    for i in range(n):
        m.write(f"p{i}/p.go", f"package p{i}\n\n", f'import _ "example.com/bomb/p{(i + 1) % n}"\n')


@bomb()
def import_lattice(m):
    n = 100
    m.go('import _ "example.com/bomb/p0"\n')
    for i in range(n):
        m.write(f"p{i}/p.go", f"package p{i}\n\n", *(f'import _ "example.com/bomb/p{k}"\n' for k in range(i + 1, min(i + 20, n))))


@bomb()
def imports_of_nothing(m):
    m.go(*(f'import _ "example.com/bomb/none{i}"\n' for i in range(3000)))


@bomb(False)
def gomod_lines(m):
    m.write("go.mod", "module example.com/bomb\n\ngo 1.26\n\nrequire (\n", *(f"\texample.com/m{i} v1.0.0\n" for i in range(1000000)), ")\n")
    m.go("var V = 1\n")


@bomb()
def gomod_lines_some(m):
    m.write("go.mod", "module example.com/bomb\n\ngo 1.26\n\nrequire (\n", *(f"\texample.com/m{i} v1.0.0\n" for i in range(20000)), ")\n")
    m.go("var V = 1\n")


@bomb()
def require_cycle(m):
    m.write("go.mod", "module example.com/bomb\n\ngo 1.26\n\nrequire example.com/x v1.0.0\nreplace example.com/x => ./x\nreplace example.com/y => ./y\n")
    m.write("x/go.mod", "module example.com/x\n\ngo 1.16\n\nrequire example.com/y v1.0.0\n")
    m.write("y/go.mod", "module example.com/y\n\ngo 1.16\n\nrequire example.com/x v1.0.0\n")
    m.write("x/x.go", 'package x\n\nimport _ "example.com/y"\n')
    m.write("y/y.go", 'package y\n\nimport _ "example.com/x"\n')
    m.go('import _ "example.com/x"\n')


@bomb()
def constraint_deep(m):
    m.write("a.go", "//go:build ", "(" * 100000, "linux", ")" * 100000, "\n\npackage bomb\n")
    m.write("b.go", "package bomb\n")


@bomb()
def constraint_not(m):
    m.write("a.go", "//go:build ", "!" * 100001, "linux\n\npackage bomb\n")
    m.write("b.go", "//go:build ", "!(" * 100001, "linux", ")" * 100001, "\n\npackage bomb\n")
    m.write("c.go", "package bomb\n")


@bomb()
def constraint_long(m):
    m.write("a.go", "//go:build linux", " || linux && !windows" * 100000, "\n\npackage bomb\n")


@bomb()
def constraints_old(m):
    m.write("a.go", *("// +build linux,!windows darwin\n" for _ in range(100000)), "\npackage bomb\n")


@bomb()
def embed_tree(m):
    for i in range(2000):
        m.write(f"data/{i % 50}/{i}.txt", "x")
    m.go('import "embed"\n\n//go:embed data\nvar V embed.FS\n')


@bomb()
def embed_patterns(m):
    m.write("x.txt", "x")
    m.go('import "embed"\n\n//go:embed ', "x.txt " * 5000, "\n//go:embed ", "*?" * 2000, "x\nvar V embed.FS\n")


@bomb()
def cgo_line(m):
    m.go("// #cgo CFLAGS: ", "-DX=1 " * 1700000, '\nimport "C"\n')


@bomb()
def deep_folders(m):
    d = "/".join(["d"] * 200)
    m.write(d + "/x.go", "package x\n")
    m.go("var V = 1\n")


def arguments(name):
    return ["build", "-gcflags=-m", "./..." if name == "deep_folders" else "."]


def make(name, folder):
    BOMBS[name][0](Module(folder))
    return arguments(name)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(*make(sys.argv[1], sys.argv[2]))
    else:
        print("\n".join(BOMBS))

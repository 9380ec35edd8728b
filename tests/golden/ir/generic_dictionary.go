// What .dict is read for: dynamic types of type switches and assertions, methods of a type parameter.
package p

type named interface{ Name() string }

func describe[T named](v T, w any) (any, string, bool) {
	var x any = v
	switch w.(type) {
	case T:
		return x, v.Name(), true
	case []T:
		return []T{v}, "", true
	}
	_, ok := w.(map[string]T)
	return make(map[string]T), v.Name(), ok
}

type N struct{ s string }

func (n N) Name() string { return n.s }

func use(n N) (any, string, bool) { return describe(n, n) }

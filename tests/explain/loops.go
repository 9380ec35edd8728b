// Loops over functions: their bodies are function literals, told of as what they are in the source.
package loops

type Box struct{ v *int }

var boxes []*Box

// each calls a function value, so whatever the loop's body holds may be kept.
func each(seq func(yield func(int) bool)) (n int) {
	for v := range seq { // explain
		n += v // explain
	}
	return n
}

// first returns from within a loop.
func first(seq func(yield func(*Box) bool)) *Box {
	for b := range seq {
		return &Box{b.v} // explain
	}
	return nil
}

func all(xs []int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for _, x := range xs {
			if !yield(x) {
				return
			}
		}
	}
}

// known inlines the iterator, so the body stays on the stack.
func known(xs []int) (n int) {
	for x := range all(xs) { // explain
		n += x
	}
	return n
}

func keep(seq func(yield func(int) bool)) {
	for v := range seq {
		boxes = append(boxes, &Box{&v}) // explain
	}
}

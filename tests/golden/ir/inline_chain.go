// Bodies within bodies: each INLCALL has a number of its own, and inl:N on a node says of which it is.
package p

func one(n int) int { return n + 1 }
func two(n int) int { return one(n) + one(n) }

func three(n int) int {
	n = two(n)
	return one(n)
}

func caller(n int) int { return three(n) }

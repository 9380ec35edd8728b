package p

func f( {
	x := [3]int{1, 2, 3
	return
}

func g() {
	if x := 1 {
	}
	for i := 0; i < 10 {
	}
	var = 3
}

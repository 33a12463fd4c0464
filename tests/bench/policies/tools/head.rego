package bench

default allow := false


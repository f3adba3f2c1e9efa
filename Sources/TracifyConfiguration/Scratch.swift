enum Scratch {}

"""Operations: the steps of a program. Each acts on the target and judges what came back."""

from enum import StrEnum


class BanditAlgorithm(StrEnum):
    EPSILON_GREEDY = "epsilon_greedy"
    THOMPSON_SAMPLING = "thompson_sampling"

    def __str__(self) -> str:
        return str(self.value)

"""The slide's network, which reads h, e, l, l and is to say e, l, l, o."""

from files import packed, rounded, write

from keras_rnn.reference import hello

SEED, STEPS, RATE, UNITS = 0, 200, 0.5, 3


def main() -> None:
    """Write the weights before training and after 20 and 200 steps, and the losses."""
    after = {
        steps: hello.train(units=UNITS, steps=steps, learning_rate=RATE, seed=SEED)
        for steps in (0, 20, STEPS)
    }
    weights, losses = after[STEPS]
    x, targets = hello.encode("hello", "helo")
    answers = {}
    for steps, (found, _) in after.items():
        loss, gradients = hello.loss_and_gradients(found, x[:, :-1], targets[:, 1:])
        answers[str(steps)] = {
            "loss": loss,
            "gradients": {name: rounded(one, 9) for name, one in gradients.items()},
        }
    write(
        "hello",
        {
            "trained_on": "the word hello",
            "seed": SEED,
            "scores": {
                "loss after 0 steps": round(losses[0], 4),
                "loss after 200 steps": round(losses[-1], 4),
                "spells": hello.spell(weights),
            },
            "letters": "helo",
            "learning_rate": RATE,
            "weights": {
                str(steps): packed(found) for steps, (found, _) in after.items()
            },
        },
        answers | {"losses": rounded(losses, 9)},
    )

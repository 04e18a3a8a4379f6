"""Writes a tiny Qwen2 model of random weights in Hugging Face's layout, for vLLM and transformers.

Run as a script by a Python that has torch, transformers and tokenizers: `tiny_qwen.py FOLDER SEED CONTEXT chat|base`.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

MAKE_SECONDS = 240.0
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
LINES = ["def add(first, second):", "    return first + second", "    for number in numbers:", "import math"]


def make_model(python: str, folder: Path, *, seed: int = 1, context: int = 4096, chat: bool = True) -> Path:
    """Have `python` write the model, and return its folder."""
    command = [python, __file__, str(folder), str(seed), str(context), "chat" if chat else "base"]
    made = subprocess.run(command, capture_output=True, text=True, timeout=MAKE_SECONDS, check=False)
    if made.returncode != 0:
        raise RuntimeError(f"the tiny model could not be written: {made.stderr[-2000:]}")
    return folder


def write_model(folder: Path, *, seed: int, context: int, chat: bool) -> None:
    """Write weights, configuration and a byte-level tokenizer."""
    # Imported by name, because the interpreter that runs the tests, and type checks them, need not have them.
    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
    tokenizers: Any = importlib.import_module("tokenizers")
    bytewise = tokenizers.Tokenizer(tokenizers.models.BPE())
    bytewise.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = tokenizers.decoders.ByteLevel()
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=320, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )
    bytewise.train_from_iterator(LINES, trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=bytewise, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    if chat:
        tokenizer.chat_template = CHAT_TEMPLATE
    torch.manual_seed(seed)
    config = transformers.Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=128,  # 32 a head: the CPU flavour of vLLM has no kernels for less
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        # Wide, so that the best token is clearly the best, however the numbers are rounded.
        initializer_range=0.3,
    )
    transformers.Qwen2ForCausalLM(config).to(torch.float32).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    write_model(Path(sys.argv[1]), seed=int(sys.argv[2]), context=int(sys.argv[3]), chat=sys.argv[4] == "chat")

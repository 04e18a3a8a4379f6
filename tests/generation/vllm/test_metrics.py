import asyncio

from pytest_codeeval.core.jsonl import read_whole_lines
from pytest_codeeval.generation.backends.vllm import monitor as monitor_module
from pytest_codeeval.generation.backends.vllm.metrics import Metrics
from pytest_codeeval.generation.backends.vllm.monitor import Monitor

# As vLLM 0.32 prints it.
TEXT = """
# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="tiny"} 3.0
vllm:num_requests_running{engine="1",model_name="tiny"} 2.0
vllm:num_requests_waiting{engine="0",model_name="tiny"} 0.0
vllm:num_requests_waiting_by_reason{engine="0",model_name="tiny",reason="capacity"} 9.0
vllm:kv_cache_usage_perc{engine="0",model_name="tiny"} 0.25
vllm:prefix_cache_queries_total{engine="0",model_name="tiny"} 23396.0
vllm:prefix_cache_queries_created{engine="0",model_name="tiny"} 1.7952605295627582e+09
vllm:prefix_cache_hits_total{engine="0",model_name="tiny"} 1.9968e+04
vllm:generation_tokens_total{engine="0",model_name="tiny"} NaN
vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="tiny"} 4.0
vllm:time_to_first_token_seconds_sum{engine="0",model_name="tiny"} 1.5
vllm:time_to_first_token_seconds_count{engine="0",model_name="tiny"} 4.0
vllm:inter_token_latency_seconds_sum{engine="0",model_name="tiny"} 9.0
vllm:inter_token_latency_seconds_count{engine="0",model_name="tiny"} 90.0
vllm:request_time_per_output_token_seconds_sum{engine="0",model_name="tiny"} 0.4
vllm:request_time_per_output_token_seconds_count{engine="0",model_name="tiny"} 4.0
"""


def test_metrics_are_summed_over_engines_and_what_is_missing_is_zero():
    times = {"first_token_sum": 1.5, "first_token_count": 4, "next_token_sum": 0.4, "next_token_count": 4}
    assert Metrics.parse(TEXT) == Metrics(running=5, cache_usage=0.25, cache_queries=23396, cache_hits=19968, **times)


def test_a_monitor_keeps_rates_and_sums_them_up(tmp_path, monkeypatch):
    texts = iter(
        f"vllm:generation_tokens_total {tokens}\nvllm:num_requests_running {running}\n"
        f"vllm:prefix_cache_queries_total {tokens * 2}\nvllm:prefix_cache_hits_total {tokens}\n"
        f"vllm:time_to_first_token_seconds_sum {tokens / 100}\nvllm:time_to_first_token_seconds_count {tokens / 10}\n"
        for tokens, running in ((1000, 0), (1100, 4), (1300, 0))
    )

    async def ask(url):
        text = next(texts, None)
        return (200, text) if text else (0, "")

    monkeypatch.setattr(monitor_module, "ask", ask)
    monkeypatch.setattr(monitor_module, "SECONDS", 0.05)
    monkeypatch.setattr(
        monitor_module,
        "gpu_reader",
        lambda: lambda: [{"index": 0, "utilisation": 0.5, "memory_used_mib": 700, "memory_total_mib": 1000}],
    )

    async def watch():
        monitor = Monitor(tmp_path / "server.jsonl")
        assert monitor.summary() == {}
        await monitor.start("http://127.0.0.1:1")
        await asyncio.sleep(0.2)
        await monitor.stop()
        return monitor.summary()

    found = asyncio.run(watch())
    assert found["generation_tokens"] == 300  # since the first sample
    assert found["generation_tokens_per_second"] > 100
    assert found["prefix_cache_hit_rate"] == 0.5
    assert found["peak_running"] == 4
    assert found["mean_running"] == 2.0  # 0 to 4 to 0
    assert (found["mean_first_token_seconds"], found["mean_queue_seconds"]) == (0.1, None)
    assert found["gpus"] == [{"index": 0, "peak_memory_used_mib": 700, "mean_utilisation": 0.5}]
    rows = list(read_whole_lines(tmp_path / "server.jsonl"))
    assert [row["running"] for row in rows] == [0, 4, 0]
    assert rows[1]["generation_tokens_per_second"] > 100

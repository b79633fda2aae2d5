import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createDeliveryMetrics } from '../../src/sinks/delivery-metrics.ts';

test('metrics show what became of messages, and what waits', async () => {
  const register = new Registry();
  const { delivered } = createDeliveryMetrics(register, () => ({
    lanes: [
      {
        lane: 'slack:#security',
        waiting: 3,
        muted: 1,
        oldestMs: Date.now() - 5_000,
        blocked: 'invalid_auth',
        failing: 'x',
      },
    ],
    alertmanagers: [{ url: 'http://am:9093', up: true, problem: undefined }],
    silences: { known: 2, askedMs: 1, problem: undefined },
    heldAlerts: 4,
  }));
  delivered('slack:#security', 'unknown', 2, 'lost');
  const text = await register.metrics();
  for (const line of [
    'detector_deliveries_total{sink="slack:#security",outcome="unknown"} 2',
    'detector_deliveries_total{sink="slack:#security",outcome="ok"} 0',
    'detector_outbox_depth{sink="slack:#security"} 3',
    'detector_outbox_muted{sink="slack:#security"} 1',
    'detector_sink_blocked{sink="slack:#security"} 1',
    'detector_alertmanager_up{url="http://am:9093"} 1',
    'detector_silences_known 2',
    'detector_alerts_held 4',
  ]) {
    expect(text).toContain(line);
  }
});

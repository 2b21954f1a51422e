import { max, min } from "../arithmetic";

/** Minutes above the target, and below nine tenths of it, after which the alarms that AWS creates change the size. */
const HIGH_MINUTES = 3;
const LOW_MINUTES = 15;

/**
 * Size of a service's own group by target tracking.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export class TargetTracking {
  wanted: number;
  private highMinutes = 0;
  private lowMinutes = 0;

  constructor(private readonly group: { readonly minimum: number; readonly maximum: number }) {
    this.wanted = group.minimum;
  }

  /**
   * @param serving servers whose metrics these are; those that warm up count towards the size only
   * @param shares values of the metrics in this minute, as shares of their targets; the largest counts
   */
  step(serving: number, ...shares: readonly number[]): void {
    const share = max(...shares);
    this.highMinutes = share > 1 ? this.highMinutes + 1 : 0;
    this.lowMinutes = share < 0.9 ? this.lowMinutes + 1 : 0;
    const { minimum, maximum } = this.group;
    const fitting = min(maximum, max(minimum, Math.ceil(serving * share)));
    if (this.highMinutes >= HIGH_MINUTES) this.wanted = max(this.wanted, fitting);
    if (this.lowMinutes >= LOW_MINUTES) this.wanted = min(this.wanted, fitting);
  }
}

using ForgeOrleans.Installations;
using ForgeOrleans.Work;

namespace ForgeOrleans.SingleNode.Tests.Installations;

/// <summary>The rules of an installation's life, as the function that they are.</summary>
public sealed class LifeRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly LifeRules Rules = new(new());

    private static readonly InstallationLife Fresh = LifeRules.Seen(null, Start, Start).Life;
    private static readonly InstallationLife Used = Rules.Passed(Fresh, Start.AddHours(1)).Life;
    private static readonly InstallationLife Gone = Rules.Uninstalled(Used, Start.AddDays(1), LifeCause.PreUninstall).Life;
    private static readonly InstallationLife Empty = Rules.Passed(Gone, Start.AddDays(31)).Life;

    [Fact]
    public void Each_state_leads_to_the_next()
    {
        Fresh.State.ShouldBe(LifeState.Installed);
        (Used.State, Used.Since).ShouldBe((LifeState.Active, Start.AddMinutes(10)));
        (Gone.State, Gone.EraseAt).ShouldBe((LifeState.Uninstalled, Start.AddDays(31)));
        (Empty.State, Empty.Cause, Empty.ErasedAt, Empty.IsErasing).ShouldBe((LifeState.Erased, LifeCause.Retention, Start.AddDays(31), true));
    }

    [Fact]
    public void Time_changes_nothing_before_it_is_due()
    {
        Rules.Passed(Fresh, Start.AddMinutes(10).AddTicks(-1)).Life.ShouldBeSameAs(Fresh);
        Rules.Passed(Gone, Start.AddDays(31).AddTicks(-1)).Life.ShouldBeSameAs(Gone);
        Rules.Passed(Empty, Start.AddYears(9)).Life.ShouldBeSameAs(Empty);
    }

    [Fact]
    public void Only_what_is_issued_after_an_uninstall_brings_it_back()
    {
        var now = Start.AddDays(2);
        LifeRules.Seen(Gone, Gone.Since, now).Life.State.ShouldBe(LifeState.Uninstalled);
        var back = LifeRules.Seen(Gone, Gone.Since.AddTicks(1), now);
        (back.Life.State, back.Life.EraseAt, back.Change).ShouldBe((LifeState.Active, null, LifecycleChange.Returned));
    }

    [Fact]
    public void What_was_issued_before_an_erasure_stays_refused_when_the_installation_has_begun_anew()
    {
        var anew = LifeRules.Seen(Empty, Empty.Since.AddTicks(1), Empty.Since.AddHours(1));
        (anew.Life.State, anew.Change).ShouldBe((LifeState.Installed, LifecycleChange.Returned));
        foreach (var life in new[] { Empty, anew.Life })
        {
            LifeRules.IsErased(life, Empty.Since).ShouldBeTrue();
            LifeRules.IsErased(life, Empty.Since.AddTicks(1)).ShouldBeFalse();
        }
        LifeRules.IsErased(Used, default).ShouldBeFalse();
    }

    [Fact]
    public void What_is_over_cannot_be_uninstalled_or_installed_once_more()
    {
        Rules.Uninstalled(Gone, Start.AddDays(3), LifeCause.Operator).Life.ShouldBeSameAs(Gone);
        Rules.Uninstalled(Empty, Start.AddDays(40), LifeCause.Operator).Life.ShouldBeSameAs(Empty);
        LifeRules.Installed(Empty, Start.AddDays(40)).Life.ShouldBeSameAs(Empty);
        LifeRules.Installed(Fresh, Start).Life.ShouldBeSameAs(Fresh);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public void A_refusal_lasts_until_a_good_answer(int status)
    {
        var refused = LifeRules.Answered(Used, new(status, Start.AddHours(2), Start.AddHours(2))).Life;
        (refused.RefusedSince, refused.RefusedStatus).ShouldBe((Start.AddHours(2), status));
        LifeRules.Answered(refused, new(status, Start.AddHours(3), Start.AddHours(4))).Life.ShouldBeSameAs(refused);
        // One that was given before and is heard late says nothing.
        LifeRules.Answered(refused, new(200, Start.AddHours(1), Start.AddHours(1))).Life.ShouldBeSameAs(refused);
        LifeRules.Answered(refused, new(200, Start.AddHours(5), Start.AddHours(5))).Life.RefusedSince.ShouldBeNull();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(429)]
    [InlineData(500)]
    public void Other_answers_are_none(int status) => LifeRules.Answered(Used, new(status, Start, Start)).Life.ShouldBeSameAs(Used);

    [Fact]
    public void It_takes_both_a_day_of_refusal_and_silence_for_a_day_and_for_two_intervals()
    {
        var refused = LifeRules.Answered(Used with { LastSeen = Start.AddHours(6) }, new(401, Start.AddHours(2), Start.AddHours(2))).Life;
        Rules.MayBeGoneAt(Used).ShouldBeNull();
        Rules.MayBeGoneAt(refused).ShouldBe(Start.AddHours(30));
        Rules.MayBeGoneAt(refused, TimeSpan.FromHours(1)).ShouldBe(Start.AddHours(30));
        Rules.MayBeGoneAt(refused, TimeSpan.FromDays(7)).ShouldBe(Start.AddHours(6).AddDays(14));
        Rules.MayBeGoneAt(refused, TimeSpan.FromHours(1), Start.AddHours(9)).ShouldBe(Start.AddHours(33));
        Rules.MayBeGoneAt(refused with { LastSeen = Start }).ShouldBe(Start.AddHours(26));
        Rules.MayBeGoneAt(refused with { State = LifeState.Uninstalled }).ShouldBeNull();
    }

    [Fact]
    public void What_is_left_after_an_erasure_names_no_one() =>
        LifeRules.Erased(Used with { Former = ["x"], Adoption = new("x", Start) }, Start, LifeCause.Operator, Start).Life.ShouldSatisfyAllConditions(
            life => life.Former.ShouldBeEmpty(),
            life => life.Adoption.ShouldBeNull());
}

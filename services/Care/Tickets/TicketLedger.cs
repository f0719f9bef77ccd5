using ECommerce.Channels.Care.Archive;
using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Care.Desk;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Messaging;
using Npgsql;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>A change of a ticket on its way to be saved.</summary>
/// <param name="Before">Null for a new one; else as it is held.</param>
/// <param name="After">Its due instants and revision are not looked at.</param>
/// <param name="What">As <see cref="HistoryLine"/> names it.</param>
internal sealed record TicketChange(Ticket? Before, Ticket After, string What, string By, DateTimeOffset At, TicketTexts Texts)
{
    /// <summary>Of a reminder or an escalation: which one.</summary>
    public Alarm? Alarm { get; init; }

    /// <summary>What the history's line says, in codes.</summary>
    public IReadOnlyDictionary<string, Changed<string>> Differences()
    {
        var differences = new Dictionary<string, Changed<string>>(TicketRules.Differences(Before, After));
        if (Alarm is { } alarm) differences["alarm"] = new Changed<string>(null, $"{alarm.Clock}/{alarm.Step}");
        if (Texts.Subject is not null && Before is not null) differences["subject"] = new Changed<string>(null, null);
        if (Texts.Description is not null && Before is not null) differences["description"] = new Changed<string>(null, null);
        if (Texts.Note is not null) differences["to"] = new Changed<string>(null, Texts.ToCustomer ? CommentInput.Customer : "internal");
        return differences;
    }
}

/// <summary>Saves changes of tickets, each with its due instants, texts, line of history, event and audit line, in the caller's transaction.</summary>
internal sealed class TicketLedger(TicketTextStore texts, ArchiveStore archive, Outbox outbox, AuditLog audit)
{
    /// <summary>The ticket as it is then.</summary>
    public async Task<Ticket> SaveAsync(NpgsqlTransaction transaction, TicketChange change, CancellationToken cancellation)
    {
        var mark = SlaClock.MarkOf(change.Before, change.After);
        var after = change.After with
        {
            Revision = (change.Before?.Revision ?? 0) + 1,
            Times = change.After.Times with { UpdatedAt = change.At },
        };
        after = after with { Due = await DueAsync(transaction, after, mark, change.At, cancellation) };
        await TicketStore.WriteAsync(transaction, after, cancellation);
        await texts.SaveAsync(transaction, after, change.Texts, change.By, cancellation);
        var line = new HistoryLine(after.Revision, change.At, change.By, change.What, change.Differences());
        await TicketHistory.AddAsync(transaction, after.Id, line, mark, cancellation);
        await TicketEvents.TellAsync(outbox, transaction, after, change.What, change.By, cancellation);
        if (change.What == TicketEvents.Closed)
            await archive.KeepAsync(transaction, after, await texts.ResolutionAsync(transaction, after, cancellation), change.By, cancellation);
        await CareChanges.TellAsync(transaction, after.Customer, new { kind = CareChanges.Ticket, id = after.Id, status = after.Status, what = change.What }, cancellation);
        var details = new { after.Status, after.Owner, after.Team, after.EscalatedTo, after.Revision };
        await audit.AppendAsync(transaction, change.By, "ticket." + change.What, after.Id, details, cancellation);
        return after;
    }

    /// <summary>Due instants alone, where nothing that anybody is told of has changed.</summary>
    public static async Task<Ticket> RefreshAsync(NpgsqlTransaction transaction, Ticket one, DateTimeOffset now, CancellationToken cancellation)
    {
        var after = one with { Due = await DueAsync(transaction, one, null, now, cancellation) };
        await TicketStore.WriteAsync(transaction, after, cancellation);
        return after;
    }

    /// <summary>The clocks of a ticket at an instant.</summary>
    /// <param name="mark">What is about to be recorded.</param>
    public static async Task<(SlaReading Reading, int CalendarRevision)> ReadAsync(
        NpgsqlConnection connection, Ticket one, ClockMark? mark, DateTimeOffset now, CancellationToken cancellation)
    {
        var marks = await TicketHistory.MarksAsync(connection, one.Id, cancellation);
        if (mark is { } next) marks.Add(new ClockEvent(next, now));
        var calendar = await CalendarStore.FindAsync(connection, one.Terms.Calendar, cancellation)
            ?? throw new InvalidOperationException($"Calendar {one.Terms.Calendar} of ticket {one.Id} is not there.");
        return (SlaClock.Read(marks, one.Terms, new WorkingTime(calendar.Calendar), now), calendar.Revision);
    }

    private static async Task<TicketDue> DueAsync(NpgsqlTransaction transaction, Ticket one, ClockMark? mark, DateTimeOffset now, CancellationToken cancellation)
    {
        var (reading, revision) = await ReadAsync(transaction.Connection!, one, mark, now, cancellation);
        return TicketDue.Of(reading, one.Status, await TicketHistory.ToldAsync(transaction.Connection!, one.Id, cancellation), revision);
    }
}

using ECommerce.Channels.Care.Archive;
using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Care.Desk;
using ECommerce.Channels.Care.Imports;
using ECommerce.Channels.Care.Journeys;
using ECommerce.Channels.Care.Knowledge;
using ECommerce.Channels.Care.Matters;
using ECommerce.Channels.Care.Tickets;
using ECommerce.Channels.Care.Widget;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Platform.Storage;

namespace ECommerce.Channels.Care;

/// <summary>The serving service: one registration for its own process and for the suite in one process.</summary>
public static class CareService
{
    public static readonly ServiceSchema Schema = ServiceSchema.Of(
        "care", typeof(CareService).Assembly, "Customers", "Journeys", "Matters", "Conversations", "Calendars", "Tickets", "Archive",
        "Knowledge", "Desk", "Widget").With(CatalogueService.Set);

    public static WebApplicationBuilder AddCare(this WebApplicationBuilder builder)
    {
        builder.AddPlatform(Schema).AddCallerTokens(Schema.Schema);
        builder.Services.AddEventLog();
        builder.Services.AddOutbox();
        builder.Services.AddDeadLetters();
        builder.AddStateStore();
        builder.Services.AddOperatorZone();
        builder.Services.AddCatalogueCopy(Schema.Schema);
        builder.Services.AddCustomers();
        builder.Services.AddJourneys();
        builder.Services.AddConversations();
        builder.Services.AddCalendars();
        builder.Services.AddTickets();
        builder.Services.AddArchive();
        builder.Services.AddMatters();
        builder.Services.AddKnowledge();
        builder.Services.AddDesk();
        builder.Services.AddWidget();
        return builder;
    }

    public static WebApplication MapCare(this WebApplication app)
    {
        // Pages of the operator's portals call the widget's routes from their own origins.
        app.UsePlatform(beforeAuthorization: edge => edge.UseCors());
        var api = app.MapGroup("/api/v1/care");
        api.MapPseudonyms();
        api.MapCustomers();
        api.MapJourneys();
        api.MapSources();
        api.MapConversations();
        api.MapCalendars();
        api.MapTickets();
        api.MapArchive();
        api.MapKnowledge();
        api.MapDesk();
        api.MapWidget();
        api.MapImportRows();
        app.MapDeadLetters("/api/v1/care/dead-letters");
        app.MapAudit(Schema.Schema);
        return app;
    }
}
